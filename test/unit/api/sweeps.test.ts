import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSweepActivities } from '../../../activities/sweep.ts';
import { sweepKey } from '../../../src/sweep/record.ts';
import type { TrainRequest } from '../../../src/training/request.ts';
import { type RetrainInput, taskQueues } from '../../../workflows/messages.ts';
import { searchAttributes } from '../../../workflows/search-attributes.ts';
import type { SweepInput, SweepWorkflow } from '../../../workflows/sweep-shapes.ts';
import { aTrainResult, fakeActivities } from '../../workflow/fake-activities.ts';
import { aPlan, aTrainRequest, snapshot } from '../../workflow/plans.ts';
import { until } from '../activities/training-place.ts';
import { recordedSweep } from '../sweep/recorded-sweep.ts';
import { aModelFile, type Servers, startServers } from './servers.ts';

const stage = 'boosted';
const sweep = { trials: 3, space: { depth: { int: [1, 99] } }, earlyStopping: 'none' };
let servers: Servers;
let run: string;
let worker: Worker;
let working: Promise<void>;
let flying = 0;
const waiting: (() => void)[] = [];

/** Ends when it is let go, or when it is cancelled with its worker. */
const train = async (request: TrainRequest) => {
  flying += 1;
  await new Promise<void>((go) => waiting.push(go));
  flying -= 1;
  return aTrainResult(request);
};

beforeAll(async () => {
  servers = await startServers();
  const { client, connection, nativeConnection } = servers.temporal;
  const names = Object.values(searchAttributes).map(({ name }) => [name, 2] as const);
  await connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(names),
  });
  const plan = { ...JSON.parse(aModelFile().text).plan, [stage]: { kind: 'train', trainer: 'xgboost', sweep } };
  await servers.as('operator').apply(aModelFile({ plan }));
  const opened = await servers.registry.openRun({
    ...{ model: 'delays', workflowId: 'retrain:delays', temporalRunId: 'first', planDigest: 'digest' },
    ...{ asOf: '2026-01-02T00:00:00.000Z', trigger: { kind: 'manual', by: 'ana' } },
  });
  run = opened.run;
  await servers.registry.recordStages(run, [{ stage, kind: 'train', state: 'running', attempt: 1, result: null }]);
  const silent = () => undefined;
  const logger = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: console.error };
  const fake = fakeActivities(aPlan({ snapshot }), { ...createSweepActivities(), train });
  worker = await Worker.create({
    ...{ connection: nativeConnection, taskQueue: taskQueues.control, activities: fake.activities },
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('../../../workflows/index.ts', import.meta.url)),
      logger,
    }),
  });
  working = worker.run();
  const input: SweepInput = {
    ...{ request: aTrainRequest({ run }), metric: 'auc', timeout: '1m', warmStart: null },
    compute: { provider: 'process', queue: taskQueues.control },
    sweep: { ...sweep, parallel: 1, space: { depth: { int: [1, 99], log: false } }, earlyStopping: 'none' },
  };
  await client.workflow.start<SweepWorkflow>('sweep', {
    ...{ workflowId: `retrain:delays/${run}/${stage}/1`, taskQueue: taskQueues.control, args: [input] },
  });
});
afterAll(async () => {
  for (const go of waiting) go();
  worker.shutdown();
  await working;
  await servers.stop();
});

const reason = 'because';

describe('the routes of a sweep that runs', () => {
  it('tell how it stands, and pass orders on with the name of who gave them', async () => {
    const operator = servers.as('operator');
    await until(() => flying === 1);
    expect((await operator.sweep(run, stage)).progress).toMatchObject({ state: 'running', planned: 3, parallel: 1 });
    const said = [
      await operator.pauseSweep(run, stage, { reason, paused: true }),
      await operator.pauseSweep(run, stage, { reason, paused: false }),
      await operator.setSweepParallel(run, stage, { reason, parallel: 2 }),
      await operator.extendSweep(run, stage, { reason, trials: 5 }),
    ];
    expect(said.map(({ message }) => message)).toEqual([
      expect.stringContaining('is paused'),
      expect.stringContaining('goes on'),
      expect.stringContaining('up to 2 trials at a time'),
      expect.stringContaining('finishes 8 trials instead of 3'),
    ]);
    await until(() => flying === 2);
    expect((await operator.sweep(run, stage)).progress).toMatchObject({ planned: 8, parallel: 2 });
  });

  it('say no with the sweep’s own words, and to those who may only look', async () => {
    const early = servers.as('operator').stopSweep(run, stage, { reason });
    await expect(early).rejects.toMatchObject({ code: 'PRN-API-008', message: /no trial of .* has a result yet/ });
    const looking = servers.as('viewer').stopSweep(run, stage, { reason });
    await expect(looking).rejects.toMatchObject({ code: 'PRN-API-002' });
    const elsewhere = servers.as('operator').stopSweep(run, 'evaluate', { reason });
    await expect(elsewhere).rejects.toMatchObject({ code: 'PRN-API-004' });
  });
});

describe('the routes of a sweep that has ended', () => {
  it('refuse what would change it, and extend it as a run of its own over the same data', async () => {
    const { registry, store, temporal } = servers;
    const record = { ...recordedSweep('tpe'), run, model: 'delays', stage };
    await store.put(sweepKey(record), Buffer.from(JSON.stringify(record)));
    await registry.recordStages(run, [{ stage, kind: 'train', state: 'passed', attempt: 1, result: null }]);
    await registry.closeRun(run, 'promoted', 'done', null);
    const operator = servers.as('operator');
    expect((await operator.sweep(run, stage)).record?.trials).toHaveLength(40);
    const late = operator.stopSweep(run, stage, { reason });
    await expect(late).rejects.toMatchObject({ code: 'PRN-API-008', message: /it is passed/ });

    const { message } = await operator.extendSweep(run, stage, { reason, trials: 10 });
    expect(message).toBe(`sweep boosted of ${run} has ended: a new run goes on with its 40 trials and 10 more`);
    const { events } = await temporal.client.workflow.getHandle('retrain:delays').fetchHistory();
    const data = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data;
    const input = JSON.parse(Buffer.from(data ?? []).toString()) as RetrainInput;
    expect(input).toMatchObject({ asOf: '2026-01-02T00:00:00.000Z', trigger: { by: 'operator' } });
    const spec = input.plan?.stages.find(({ name }) => name === stage)?.spec;
    expect(spec).toMatchObject({ sweep: { trials: 50, continues: run } });
    expect(input.plan?.file.plan[stage]).toEqual(spec);
    const again = operator.extendSweep(run, stage, { reason, trials: 10 });
    await expect(again).rejects.toMatchObject({ code: 'PRN-API-009' });
  });
});
