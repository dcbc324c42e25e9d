import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSweepActivities } from '../../activities/sweep.ts';
import { createSweepRecordActivities } from '../../activities/sweep-records.ts';
import { filesystemStore } from '../../src/artifacts/filesystem/store.ts';
import { type SweepRecord, sweepKey } from '../../src/sweep/record.ts';
import { suggested } from '../../src/sweep/warm-start.ts';
import type { TrainRequest } from '../../src/training/request.ts';
import { taskQueues } from '../../workflows/messages.ts';
import { sweep } from '../../workflows/sweep.ts';
import type { SweepInput } from '../../workflows/sweep-shapes.ts';
import { devServer, withWorker } from './environment.ts';
import { aTrainResult, fakeActivities } from './fake-activities.ts';
import { aPlan, aTrainRequest, snapshot } from './plans.ts';

let environment: TestWorkflowEnvironment;
let folder: string;
beforeAll(async () => {
  environment = await devServer('limit.historyCount.suggestContinueAsNew=400');
  folder = await mkdtemp(join(tmpdir(), 'perennial-sweep-'));
});
afterAll(async () => {
  await environment.teardown();
  await rm(folder, { recursive: true, force: true });
});

// withWorker looks at every payload: none is over 64 KiB.
it('a sweep of 200 trials continues as new, keeps its older trials in the store, and knows all of them to its end', async () => {
  const store = filesystemStore(folder);
  const registry = { runs: async () => [], machines: async () => [] };
  const train = (request: TrainRequest) => ({
    ...aTrainResult(request),
    metrics: { auc: Number(request.parameters.a) },
  });
  const { activities } = fakeActivities(aPlan({ snapshot }), {
    ...createSweepActivities({ store }),
    ...createSweepRecordActivities({ registry, store, now: () => new Date() }),
    train,
  });
  const number = { float: [0, 1] as [number, number], log: false };
  const input: SweepInput = {
    request: aTrainRequest(),
    metric: 'auc',
    compute: null,
    timeout: '1m',
    warmStart: null,
    sweep: { trials: 200, parallel: 8, space: { a: number, b: number, c: number }, earlyStopping: 'none' },
  };
  const result = await withWorker(environment, activities, () =>
    environment.client.workflow.execute(sweep, { taskQueue: taskQueues.control, workflowId: 'long', args: [input] }),
  );
  const kept = JSON.parse(Buffer.from(await store.get(sweepKey(input.request))).toString()) as SweepRecord;
  expect(kept.trials.map(({ trial }) => trial).toSorted((a, b) => a - b)).toEqual([...Array(200).keys()]);
  expect(result.counts).toEqual({ finished: 200, failed: 0, endedEarly: 0 });
  expect(result.best.metrics.auc).toBe(Math.max(...kept.trials.map(({ value }) => value ?? 0)));
  expect(await store.list('models/')).toEqual([sweepKey(input.request)]);
  expect(again(kept, 199)).toEqual(parametersOf(kept, 199));
});

/** What the sampler says with all that the trial's suggestion knew, most of it out of the store. */
function again({ space, seed, direction, sampler, trials, ...record }: SweepRecord, trialNumber: number) {
  const { knew = 0, beside = [] } = trials.find(({ trial }) => trial === trialNumber) ?? {};
  const running = beside.map((trial) => parametersOf({ trials, ...record } as SweepRecord, trial));
  const observations = trials.slice(0, knew);
  return suggested({ space, observations, running, seed, trialNumber, direction, sampler, warmStart: null });
}

const parametersOf = ({ trials }: SweepRecord, number: number) =>
  trials.find(({ trial }) => trial === number)?.parameters ?? {};
