import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSweepActivities } from '../../activities/sweep.ts';
import type { SweepRecord } from '../../src/sweep/record.ts';
import type { TrainRequest } from '../../src/training/request.ts';
import { taskQueues } from '../../workflows/messages.ts';
import { sweep } from '../../workflows/sweep.ts';
import type { SweepInput } from '../../workflows/sweep-shapes.ts';
import { devServer, withWorker } from './environment.ts';
import { aTrainResult, cancellable } from './fake-activities.ts';
import { aTrainRequest } from './plans.ts';
import { aMachineSpec, anOffer, rentedWorld } from './rented-world.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await devServer();
});
afterAll(async () => {
  await environment.teardown();
});

describe('the money of a sweep', () => {
  it('ends it once its machines have cost so much: none is left, and the best trial that had finished is taken', async () => {
    const cloud = rentedWorld(environment, {
      offers: [anOffer('a.large')],
      train: (request: TrainRequest) => (request.trial === 0 ? aTrainResult(request) : cancellable()),
    });
    let asked = 0;
    const activities = {
      ...cloud.activities,
      ...createSweepActivities(),
      sweepSpending: async () => ({ usd: [0.6, 1.2][asked++] ?? 1.2 }),
    };
    const input: SweepInput = {
      ...{ request: aTrainRequest({ checkpointEvery: 1 }), metric: 'auc', timeout: '1m', warmStart: null },
      compute: aMachineSpec,
      sweep: {
        ...{ trials: 50, parallel: 1, earlyStopping: 'none', budget: { usd: 1 } },
        space: { depth: { int: [1, 99], log: false } },
      },
    };
    const result = await withWorker(environment, activities, () =>
      environment.client.workflow.execute(sweep, {
        ...{ taskQueue: taskQueues.control, workflowId: 'retrain:m/m-r1/boosted/1', args: [input] },
      }),
    );
    expect(result).toMatchObject({ counts: { finished: 1, failed: 0 }, ended: '1.20 of 1 USD are spent' });
    expect(asked).toBe(2);
    expect(cloud.living.size).toBe(0);
    const [kept] = cloud.callsTo('keepSweep').map(({ args }) => (args[0] as { record: SweepRecord }).record);
    expect(kept).toMatchObject({ best: 0, usd: 1.2, cutOff: [{ trial: 1 }] });
  });
});
