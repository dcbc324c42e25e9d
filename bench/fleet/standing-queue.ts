import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { type TeamWeights, taskPriority, turnOf } from '../../src/compute/turn.ts';
import type { Priority } from '../../src/plan/schema.ts';
import type { TrainRequest } from '../../src/training/request.ts';
import { workflowBundlePath } from '../../workers/bundle.ts';
import { taskQueues } from '../../workflows/messages.ts';
import type { TrainInput } from '../../workflows/train.ts';
import { type ServerFlags, withTemporal } from '../report/temporal-server.ts';

/** So many trainings of one team, asked for one after the other. */
export interface Asked {
  readonly team: string;
  readonly count: number;
  readonly priority?: Priority;
}

/** Teams in the order in which a machine with one slot took up their trainings, all of which waited before it came. */
export async function orderOf(
  asked: readonly Asked[],
  { flags, weights = new Map() }: { readonly flags: ServerFlags; readonly weights?: TeamWeights },
): Promise<readonly string[]> {
  return await withTemporal(flags, async ({ address }) => {
    const [client, native] = [await Connection.connect({ address }), await NativeConnection.connect({ address })];
    try {
      return await new StandingQueue(new Client({ connection: client }), native, weights).order(asked);
    } finally {
      await Promise.all([client.close(), native.close()]);
    }
  });
}

class StandingQueue {
  readonly #client: Client;
  readonly #native: NativeConnection;
  readonly #weights: TeamWeights;

  constructor(client: Client, native: NativeConnection, weights: TeamWeights) {
    this.#client = client;
    this.#native = native;
    this.#weights = weights;
  }

  async order(asked: readonly Asked[]): Promise<readonly string[]> {
    const order: string[] = [];
    const train = async ({ model }: TrainRequest) => {
      order.push(model);
      return { metrics: {}, seconds: 0 };
    };
    const connection = this.#native;
    const workflowBundle = { codePath: workflowBundlePath };
    const control = await Worker.create({ connection, taskQueue: taskQueues.control, workflowBundle });
    await control.runUntil(async () => {
      const trainings = await this.#ask(asked);
      const machine = await Worker.create({
        connection,
        taskQueue: taskQueues.training,
        activities: { train },
        maxConcurrentActivityTaskExecutions: 1,
      });
      await machine.runUntil(Promise.all(trainings.map(({ result }) => result())));
    });
    return order;
  }

  async #ask(asked: readonly Asked[]) {
    const started: { result: () => Promise<unknown> }[] = [];
    for (const { team, count, priority } of asked) {
      const turn = taskPriority(turnOf({ model: team }, this.#weights, priority));
      for (let at = 0; at < count; at += 1) {
        const handle = await this.#client.workflow.start('train', {
          workflowId: `train:${started.length}`,
          taskQueue: taskQueues.control,
          priority: turn,
          args: [inputOf(team)],
        });
        started.push({ result: () => handle.result() });
      }
      while ((await this.#waiting()) < started.length) await sleep(50);
    }
    return started;
  }

  async #waiting(): Promise<number> {
    let waiting = 0;
    const query = `WorkflowType = 'train' AND ExecutionStatus = 'Running'`;
    for await (const { workflowId } of this.#client.workflow.list({ query })) {
      const { raw } = await this.#client.workflow.getHandle(workflowId).describe();
      waiting += raw.pendingActivities?.length ?? 0;
    }
    return waiting;
  }
}

/** The real workflow trains; its job is never looked at. */
function inputOf(model: string): TrainInput {
  const request = { model, stage: 'bench', run: `${model}-r1`, parameters: {} } as TrainRequest;
  return { request, compute: null, timeout: '5m' };
}
