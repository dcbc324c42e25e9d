import { Context } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { startOrJoinRun } from '../../src/api/temporal/runs.ts';
import { workerName } from '../../src/compute/standing.ts';
import { type TeamWeights, turnOf } from '../../src/compute/turn.ts';
import type { CompiledPlan } from '../../src/plan/plan.ts';
import type { Priority } from '../../src/plan/schema.ts';
import type { RunRecord } from '../../src/registry/registry.ts';
import type { TrainRequest } from '../../src/training/request.ts';
import { taskQueues } from '../../workflows/messages.ts';
import { dataConverter, workflowBundle } from './environment.ts';
import { aTrainResult, fakeActivities } from './fake-activities.ts';
import { aPlan, snapshot, train } from './plans.ts';
import { asOf, byRob, until } from './story.ts';

export interface Trained {
  readonly model: string;
  readonly trial: number | null;
  readonly team: string | undefined;
  readonly priority: number | undefined;
}

/** Runs that wait for a standing machine until the test starts one: the order is the server's alone, no clock has a part in it. */
export class StandingFleet {
  readonly trained: Trained[] = [];
  readonly #environment: TestWorkflowEnvironment;
  readonly #weights: TeamWeights;
  readonly #plans = new Map<string, CompiledPlan>();
  readonly #runs: Promise<unknown>[] = [];

  constructor(environment: TestWorkflowEnvironment, weights: TeamWeights = new Map()) {
    this.#environment = environment;
    this.#weights = weights;
  }

  /** Beside a control worker, and without any training worker. */
  async withControl(story: () => Promise<void>): Promise<void> {
    const control = await Worker.create({
      connection: this.#environment.nativeConnection,
      taskQueue: taskQueues.control,
      workflowBundle: await workflowBundle(),
      activities: this.#activities(),
      dataConverter,
    });
    await control.runUntil(story);
  }

  /** One run of each of so many models. */
  async ask(model: string, count: number, file: object, priority?: Priority): Promise<void> {
    for (let each = 0; each < count; each += 1) {
      const plan = aPlan({ snapshot, boosted: { ...train, compute: 'big' } }, { model: `${model}${each}`, ...file });
      await this.start(plan, priority);
    }
  }

  async start(plan: CompiledPlan, priority?: Priority): Promise<void> {
    const { model } = plan.file;
    this.#plans.set(model, plan);
    const input = { model, asOf, trigger: byRob, ...(priority ? { priority } : {}) };
    const turn = turnOf(plan.file, this.#weights, priority);
    const { workflowId } = await startOrJoinRun(this.#environment.client, input, turn);
    this.#runs.push(this.#environment.client.workflow.getHandle(workflowId).result());
  }

  /** So many trainings wait on the queue: the server has them all before the first is taken up. */
  async untilWaiting(queue: string, count: number): Promise<void> {
    await until(async () => (await this.#backlog(queue)) >= count);
  }

  /** Starts a machine and waits until all runs have ended. */
  async trainAll(queue: string, slots = 1): Promise<void> {
    await this.machine(queue, slots, () => this.ended());
  }

  async ended(): Promise<void> {
    await Promise.all(this.#runs);
  }

  async machine(queue: string, slots: number, story: () => Promise<unknown>): Promise<void> {
    const worker = await Worker.create({
      connection: this.#environment.nativeConnection,
      identity: workerName('gpu-box-1', 7, slots),
      taskQueue: queue,
      activities: this.#activities(),
      maxConcurrentActivityTaskExecutions: slots,
      dataConverter,
    });
    await worker.runUntil(story);
  }

  /** While true, trainings go on and on. */
  held = false;

  async #train(request: TrainRequest) {
    const { priority } = Context.current().info;
    const { fairnessKey: team, priorityKey } = priority ?? {};
    this.trained.push({ model: request.model, trial: request.trial, team, priority: priorityKey });
    while (this.held) await new Promise((tick) => setTimeout(tick, 20));
    return aTrainResult(request);
  }

  #activities() {
    const planOf = (model: string) => this.#plans.get(model) as CompiledPlan;
    const { activities } = fakeActivities(aPlan({ snapshot }), {
      openRun: (run: RunRecord & { readonly priority?: Priority }) => {
        const plan = planOf(run.model);
        const opened = { ...run, run: `${run.model}-r1`, startedAt: asOf, endedAt: null };
        return { plan, run: opened, turn: turnOf(plan.file, this.#weights, run.priority) };
      },
      train: (request: TrainRequest) => this.#train(request),
    });
    return activities;
  }

  async #backlog(queue: string): Promise<number> {
    const { client } = this.#environment;
    const { taskQueueStatus } = await client.workflowService.describeTaskQueue({
      namespace: client.options.namespace,
      taskQueue: { name: queue },
      taskQueueType: 2,
      // The statistics that the fleet shows are some seconds old.
      includeTaskQueueStatus: true,
    });
    return Number(String(taskQueueStatus?.backlogCountHint ?? 0));
  }
}
