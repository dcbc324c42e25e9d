import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { createComputeActivities } from '../../activities/compute.ts';
import type { ObjectStore } from '../../src/artifacts/object-store.ts';
import type { LaunchOrder } from '../../src/compute/machines.ts';
import { jobPrefix, logPrefix, resultKey } from '../../src/training/keys.ts';
import type { TrainRequest, TrainResult } from '../../src/training/request.ts';
import { aTrainResult } from '../workflow/fake-activities.ts';
import type { Cloud } from './cloud.ts';
import type { Fate, LeakStory } from './leak-story.ts';

type ComputeActivities = ReturnType<typeof createComputeActivities>;

interface World {
  readonly environment: TestWorkflowEnvironment;
  readonly cloud: Cloud;
  readonly store: ObjectStore;
}

/** The machines' training workers, in this process; each does what the story of its run has for it. */
export class LeakMachines {
  readonly #environment: TestWorkflowEnvironment;
  readonly #cloud: Cloud;
  readonly #store: ObjectStore;
  readonly #storyOf: (run: string) => LeakStory;
  readonly #unheard = new Set<string>();
  readonly #workers = new Map<string, Promise<() => Promise<void>>>();

  constructor({ environment, cloud, store }: World, storyOf: (run: string) => LeakStory) {
    this.#environment = environment;
    this.#cloud = cloud;
    this.#store = store;
    this.#storyOf = storyOf;
  }

  /** The real activities; what they launch comes up here, and what they end goes down. */
  around(real: ComputeActivities): ComputeActivities {
    return {
      ...real,
      launchMachine: async (order) => {
        const launched = await real.launchMachine(order);
        if (launched.kind !== 'launched') return launched;
        const fate = this.#fateOf(order);
        if (fate === 'unheard') {
          this.#unheard.add(order.token);
          throw ApplicationFailure.nonRetryable('the answer never came');
        }
        if (fate !== 'stays-dead' && !this.#workers.has(launched.machine))
          this.#workers.set(launched.machine, this.#boot(order, launched.machine, fate));
        return launched;
      },
      endMachine: async (request) => {
        const ended = await real.endMachine(request);
        await this.#down(request.machine);
        return ended;
      },
    };
  }

  /** Orders to which no answer ever came, though a machine was made. */
  get unheard(): number {
    return this.#unheard.size;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#workers.keys()].map((machine) => this.#down(machine)));
  }

  #fateOf({ run, attempt }: LaunchOrder): Fate {
    return this.#storyOf(run).fates[Number(attempt.slice(attempt.lastIndexOf('-') + 1)) - 1] ?? 'trains';
  }

  async #boot({ queue }: LaunchOrder, machine: string, fate: Fate): Promise<() => Promise<void>> {
    const worker = await Worker.create({
      connection: this.#environment.nativeConnection,
      taskQueue: queue,
      activities: { train: async (request: TrainRequest) => await this.#train(request, machine, fate) },
      maxConcurrentActivityTaskPolls: 1,
      maxConcurrentActivityTaskExecutions: 1,
      shutdownGraceTime: 0,
    });
    const ended = worker.run().catch(() => undefined);
    return async () => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await ended;
    };
  }

  async #down(machine: string): Promise<void> {
    await (await this.#workers.get(machine))?.();
    this.#workers.delete(machine);
  }

  async #train(request: TrainRequest, machine: string, fate: Fate): Promise<TrainResult> {
    const context = Context.current();
    if (fate === 'crashes') {
      await this.#cloud.crash(machine, { unnoticed: true });
      return await context.cancelled;
    }
    const beat = setInterval(() => context.heartbeat(), 100);
    try {
      await context.sleep(this.#storyOf(request.run).trainsMs);
    } finally {
      clearInterval(beat);
    }
    if (fate === 'fails') throw new Error('a trainer with a mistake in it');
    await this.#leave(request, `${logPrefix(request, labelOf(request))}000001.log`, 'trained');
    if (fate !== 'interrupted') return await this.#publish(request);
    await this.#cloud.interrupt(machine, 0.2);
    throw ApplicationFailure.nonRetryable('the cloud takes the machine back', 'PRN-RUN-003');
  }

  async #publish(request: TrainRequest): Promise<TrainResult> {
    const artifact = `${jobPrefix(request)}/${labelOf(request)}`;
    const artifactDigest = createHash('sha256').update(request.run).digest('hex');
    const result = { ...aTrainResult(request), artifact, artifactDigest };
    await this.#leave(request, `${artifact}/model.onnx`, request.run);
    await this.#leave(request, resultKey(request), JSON.stringify(result));
    return result;
  }

  async #leave({ machine }: TrainRequest, key: string, text: string): Promise<void> {
    await this.#store.put(`${machine?.workspace?.prefix}/${key}`, Buffer.from(text), { ifAbsent: true });
  }
}

const labelOf = ({ machine }: TrainRequest) => machine?.workspace?.label ?? '';
