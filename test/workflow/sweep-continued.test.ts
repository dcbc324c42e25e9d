import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSweepActivities } from '../../activities/sweep.ts';
import { createSweepRecordActivities } from '../../activities/sweep-records.ts';
import { filesystemStore } from '../../src/artifacts/filesystem/store.ts';
import { type SweepRecord, sweepKey, tookMs } from '../../src/sweep/record.ts';
import { verifySweep } from '../../src/sweep/verify.ts';
import type { TrainRequest, TrainResult } from '../../src/training/request.ts';
import { taskQueues } from '../../workflows/messages.ts';
import { sweep } from '../../workflows/sweep.ts';
import type { SweepInput } from '../../workflows/sweep-shapes.ts';
import { devServer, withWorker } from './environment.ts';
import { aTrainResult, fakeActivities } from './fake-activities.ts';
import { aPlan, aTrainRequest, snapshot } from './plans.ts';

let environment: TestWorkflowEnvironment;
let folder: string;
beforeAll(async () => {
  [environment, folder] = await Promise.all([devServer(), mkdtemp(join(tmpdir(), 'perennial-sweep-'))]);
});
afterAll(async () => {
  await environment.teardown();
  await rm(folder, { recursive: true });
});

const space = { depth: { int: [1, 900] as [number, number], log: true }, kind: { choice: ['a', 'b'] } };
const trained = (request: TrainRequest): TrainResult => ({
  ...aTrainResult(request),
  metrics: { auc: 0.9 - Math.abs(Math.log(Number(request.parameters.depth) / 40)) / 100 },
});

/** A sweep of a run, with what sweeps really keep. */
async function play(run: string, spec: Partial<SweepInput['sweep']>) {
  const store = filesystemStore(folder);
  const registry = { runs: async () => [], machines: async () => [] };
  const records = createSweepRecordActivities({ registry, store, now: () => new Date() });
  const real = { ...createSweepActivities({ store }), ...records, train: trained };
  const fake = fakeActivities(aPlan({ snapshot }), real);
  const result = await withWorker(environment, fake.activities, async () => {
    const input: SweepInput = {
      ...{ request: aTrainRequest({ run }), metric: 'auc', compute: null, timeout: '1m', warmStart: null },
      sweep: { trials: 12, parallel: 1, space, earlyStopping: 'none', warmStart: false, ...spec },
    };
    const workflowId = `continued:${run}`;
    return await environment.client.workflow.execute(sweep, {
      taskQueue: taskQueues.control,
      workflowId,
      args: [input],
    });
  });
  const kept = await store.get(sweepKey({ model: 'm', run, stage: 'boosted' }));
  return {
    result,
    record: JSON.parse(Buffer.from(kept).toString()) as SweepRecord,
    trainings: fake.callsTo('train').length,
  };
}

describe('a sweep that goes on where another one has ended', () => {
  it('takes its trials over, and comes to what one long sweep would have come to', async () => {
    const first = await play('m-r1', { trials: 11 });
    const { result, record, trainings } = await play('m-r2', { trials: 13, continues: 'm-r1' });
    expect(trainings).toBe(2);
    expect(result.counts?.finished).toBe(13);
    const whole = await play('m-r3', { trials: 13 });
    const asked = ({ trials }: SweepRecord) => trials.map(({ trial, parameters }) => [trial, parameters]);
    expect(asked(record)).toEqual(asked(whole.record));
    expect(record.best).toBe(whole.record.best);
    expect(result.best.metrics).toEqual(whole.result.best.metrics);
    expect([first.record.earlierMs, record.earlierMs]).toEqual([undefined, tookMs(first.record)]);
    expect(await verifySweep(record, async () => [])).toMatchObject({ checked: 13, matched: 13 });
  });
});
