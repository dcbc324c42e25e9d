import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSweepActivities } from '../../activities/sweep.ts';
import { type SweepRecord, settled } from '../../src/sweep/record.ts';
import { rungsOf } from '../../src/sweep/rungs.ts';
import { verifySweep } from '../../src/sweep/verify.ts';
import type { TrainRequest, TrainResult } from '../../src/training/request.ts';
import { taskQueues } from '../../workflows/messages.ts';
import { sweep } from '../../workflows/sweep.ts';
import type { SweepInput } from '../../workflows/sweep-shapes.ts';
import { devServer, withWorker } from './environment.ts';
import { aTrainResult, fakeActivities } from './fake-activities.ts';
import { aPlan, aTrainRequest, snapshot } from './plans.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await devServer('limit.historyCount.suggestContinueAsNew=60');
});
afterAll(async () => {
  await environment.teardown();
});

const asha = { eta: 3, firstRung: 1 / 9, promote: true };
const steps = 90;
let sweeps = 0;

/** Gets better with its steps and with its depth; a trial that waits tells what it has at its rung. */
function trained(request: TrainRequest): TrainResult {
  const { parameters, rungs } = request;
  const best = 0.9 - Math.abs(Number(parameters.depth) - 40) / 100;
  const rung = rungs?.pauseAt === undefined ? undefined : rungsOf(asha, steps)[rungs.pauseAt];
  const whole = aTrainResult(request);
  if (rung === undefined) return { ...whole, metrics: { auc: best } };
  return { ...whole, metrics: {}, paused: { step: rung, value: best * (rung / steps) } };
}

async function play(spec: Partial<SweepInput['sweep']>, train = trained) {
  const fake = fakeActivities(aPlan({ snapshot }), { ...createSweepActivities(), train });
  const input: SweepInput = {
    ...{ request: aTrainRequest({ checkpointEvery: 5 }), metric: 'auc', compute: null, timeout: '1m', warmStart: null },
    sweep: {
      ...{ trials: 9, parallel: 2, space: { depth: { int: [1, 99], log: false } }, earlyStopping: asha },
      ...spec,
    },
  };
  const workflowId = `ladder:${sweeps++}`;
  const result = await withWorker(environment, fake.activities, () =>
    environment.client.workflow.execute(sweep, {
      taskQueue: taskQueues.control,
      workflowId,
      args: [input],
    }),
  );
  let executions = 0;
  for await (const _ of environment.client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) executions += 1;
  const [kept] = fake.callsTo('keepSweep').map(({ args }) => args[0] as { record: SweepRecord; checkpoints: boolean });
  return { result, record: kept?.record as SweepRecord, checkpoints: kept?.checkpoints, fake, executions };
}

describe('a sweep with promotions', () => {
  it('lets every trial wait at its first rung, and the best third of each go on, over a continue-as-new', async () => {
    const { result, record, checkpoints, fake, executions } = await play({ trials: 12, parallel: 3 });
    expect(result.counts).toMatchObject({ finished: 12, failed: 0 });
    const at = (step: number | undefined) => settled(record.trials).filter(({ stoppedAt }) => stoppedAt === step);
    const [first, second, whole] = [at(10).length, at(30).length, at(undefined).length];
    expect(first + second + whole).toBe(12);
    expect(whole).toBeGreaterThanOrEqual(1);
    expect(result.counts?.endedEarly).toBe(12 - whole);
    expect(second + whole).toBe(4);
    expect(at(undefined).map(({ trial }) => trial)).toContain(record.best);
    expect(checkpoints).toBe(true);
    const asked = fake.callsTo('train').map(({ args }) => (args[0] as TrainRequest).rungs?.pauseAt);
    expect(asked.filter((rung) => rung === 0)).toHaveLength(12);
    expect(executions).toBeGreaterThan(1);
    const verification = await verifySweep(record, async () => []);
    expect(verification).toMatchObject({ checked: 12, matched: 12, unknown: 0 });
  });

  it('brings the leader to its end where too few trials were tried for a promotion', async () => {
    const { result, record } = await play({ trials: 2 });
    expect(result.counts).toMatchObject({ finished: 2, endedEarly: 1 });
    expect(result.best.metrics.auc).toBeGreaterThan(0);
    expect(record.trials.filter(({ trial }) => trial === record.best).map(({ stoppedAt }) => stoppedAt)).toEqual([
      10,
      30,
      undefined,
    ]);
  });
});
