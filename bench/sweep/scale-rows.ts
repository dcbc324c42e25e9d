import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createSweepActivities } from '../../activities/sweep.ts';
import { createSweepRecordActivities } from '../../activities/sweep-records.ts';
import { filesystemStore } from '../../src/artifacts/filesystem/store.ts';
import type { TrainRequest, TrainResult } from '../../src/training/request.ts';
import { workflowBundlePath } from '../../workers/bundle.ts';
import { runtimeOptions } from '../../workers/runtime.ts';
import { taskQueues } from '../../workflows/messages.ts';
import type { SweepInput, SweepWorkflow } from '../../workflows/sweep-shapes.ts';
import { figure, goalRow, type Row } from '../report/row.ts';
import { withTemporal } from '../report/temporal-server.ts';
import { flightsSurrogate } from './flights-surrogate.ts';

const { space, regret } = flightsSurrogate();

/** What a trial costs that trains nothing, through a Temporal server as `perennial up` starts it; and a sweep of thousands of them. */
export async function scaleRows(trials: { readonly alone: number; readonly large: number }): Promise<Row[]> {
  Runtime.install(runtimeOptions('bench'));
  return await withTemporal('ours', async ({ address, folder }) => {
    const scale = new Scale();
    const bench = await openBench(address, folder, scale);
    try {
      const cycles = cyclesOf(await bench.run({ trials: trials.alone, parallel: 1 }));
      const [early, late] = [cycles.slice(0, 100), cycles.slice(-100)].map((some) => figure(some).median);
      scale.largest = 0;
      const startedAt = performance.now();
      const starts = await bench.run({ trials: trials.large, parallel: 8 });
      const seconds = (performance.now() - startedAt) / 1_000;
      const replays = await bench.replays();
      return [
        goalRow(
          'trial that trains nothing: suggested, started, told, ms',
          60,
          figure(cycles),
          `one at a time; the first hundred ${early?.toFixed(0)}, the last hundred of ${trials.alone} ${late?.toFixed(0)} ms`,
        ),
        goalRow(
          `sweep of ${trials.large} trials, 8 at a time: largest payload, kB`,
          256,
          figure([scale.largest / 1_024]),
          `${new Set(starts.map(({ trial }) => trial)).size} trials in ${seconds.toFixed(0)} s, ${replays.length} executions`,
        ),
        goalRow('replay of one of its executions, CPU ms', 1_000, figure(replays)),
      ];
    } finally {
      await bench.close();
    }
  });
}

interface Start {
  readonly trial: number;
  readonly atMs: number;
}

async function openBench(address: string, folder: string, scale: Scale) {
  const dataConverter = { payloadCodecs: [scale] };
  const [native, connection] = [await NativeConnection.connect({ address }), await Connection.connect({ address })];
  const client = new Client({ connection, dataConverter });
  const store = filesystemStore(join(folder, 'objects'));
  const registry = { runs: async () => [], machines: async () => [] };
  const starts: Start[] = [];
  const train = async (request: TrainRequest): Promise<TrainResult> => {
    starts.push({ trial: request.trial ?? 0, atMs: performance.now() });
    return resultOf(request);
  };
  const common = { connection: native, dataConverter };
  const workers = [
    await Worker.create({
      ...common,
      taskQueue: taskQueues.control,
      workflowBundle: { codePath: workflowBundlePath },
      activities: {
        ...createSweepActivities({ store }),
        ...createSweepRecordActivities({ registry, store, now: () => new Date() }),
      },
    }),
    await Worker.create({ ...common, taskQueue: taskQueues.training, activities: { train } }),
  ];
  const running = workers.map((worker) => worker.run());
  let workflowId = '';
  return {
    run: async ({ trials, parallel }: { readonly trials: number; readonly parallel: number }) => {
      starts.length = 0;
      workflowId = `sweep-of-${trials}`;
      const args: [SweepInput] = [anInput(trials, parallel)];
      await client.workflow.execute<SweepWorkflow>('sweep', { workflowId, taskQueue: taskQueues.control, args });
      return [...starts];
    },
    replays: () => replayTimes(client, workflowId),
    close: async () => {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
      await connection.close();
      await native.close();
    },
  };
}

/** CPU milliseconds of a worker that has forgotten the sweep, one figure for each execution of its chain. */
async function replayTimes(client: Client, workflowId: string): Promise<number[]> {
  const times: number[] = [];
  for await (const { runId } of client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const before = process.cpuUsage();
    await Worker.runReplayHistory({ workflowBundle: { codePath: workflowBundlePath } }, history, workflowId);
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1_000);
  }
  return times;
}

/** From the start of each trial to that of the next: told, suggested, started. */
const cyclesOf = (starts: readonly Start[]) =>
  starts.slice(1).map(({ atMs }, index) => atMs - (starts[index]?.atMs ?? atMs));

function anInput(trials: number, parallel: number): SweepInput {
  const request: TrainRequest = {
    ...{ run: `flights-r${trials}`, model: 'flights', stage: 'boosted', trial: null, task: 'regression', features: {} },
    snapshot: { id: 'snapshot', key: 'snapshot.json', rows: { train: 1, validation: 1, holdout: 1 } },
    columns: { label: 'late', time: 'at', id: 'id' },
    ...{ trainer: 'xgboost', base: '/', parameters: {}, seed: 1, device: 'cpu', crossValidation: null },
    checkpointEvery: 0,
  };
  const plan = { trials, parallel, space, earlyStopping: 'none' } as const;
  return { request, sweep: plan, metric: 'rmse', compute: null, timeout: '1m', warmStart: null };
}

function resultOf({ run, trial, parameters, seed, snapshot }: TrainRequest): TrainResult {
  return {
    artifact: `models/flights/runs/${run}/boosted/t${trial}/a1`,
    artifactDigest: '0'.repeat(64),
    classes: [],
    ...{ parameters, seed, snapshot: snapshot.id, environment: {}, device: 'cpu', seconds: 0.01 },
    metrics: { rmse: regret(parameters) },
  };
}

/** Weighs every payload that is sent. */
class Scale implements PayloadCodec {
  largest = 0;

  async encode(payloads: Payload[]): Promise<Payload[]> {
    for (const { data } of payloads) this.largest = Math.max(this.largest, data?.length ?? 0);
    return payloads;
  }

  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads;
  }
}
