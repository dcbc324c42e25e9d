import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClaimedTraining, TrainingToClaim } from '../../activities/stage-cache.ts';
import type { CompiledPlan } from '../../src/plan/plan.ts';
import { progressQuery, type RetrainInput, taskQueues } from '../../workflows/messages.ts';
import { reproduce } from '../../workflows/reproduce.ts';
import { retrain } from '../../workflows/retrain.ts';
import { skippingTime, withWorker } from './environment.ts';
import { aTrainResult, fakeActivities } from './fake-activities.ts';
import { aPlan, aTrainRequest, evaluate, snapshot, train } from './plans.ts';
import { asOf, byRob } from './story.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await skippingTime();
});
afterAll(async () => {
  await environment.teardown();
});

const space = { depth: { int: [1, 9], log: false } };
const plan = aPlan({
  snapshot,
  boosted: { ...train, needs: ['snapshot'], sweep: { trials: 2, parallel: 1, space } },
  linear: { ...train, trainer: 'logistic-regression', needs: ['snapshot'] },
  evaluate: { ...evaluate, needs: ['boosted', 'linear'] },
});
const madeOf = { code: 'c', environmentLock: 'e', codeKey: null };
let runs = 0;

async function play(
  compiled: CompiledPlan,
  overrides: Parameters<typeof fakeActivities>[1],
  change: Partial<RetrainInput> = {},
) {
  const fake = fakeActivities(compiled, overrides);
  return await withWorker(environment, fake.activities, async () => {
    const run = await environment.client.workflow.start(retrain, {
      taskQueue: taskQueues.control,
      workflowId: `cached:m:${runs++}`,
      args: [{ model: 'm', asOf, trigger: byRob, ...change }],
    });
    const result = await run.result();
    const { stages } = await run.query(progressQuery);
    return { result, fake, stages: Object.fromEntries(stages.map((stage) => [stage.name, stage])) };
  });
}

function taken(stage: string): ClaimedTraining {
  const trained = aTrainResult(aTrainRequest({ stage }));
  const note = { taken: true, why: 'm-r0 made it', from: 'm-r0', savedSeconds: 40 };
  return { kind: 'taken', from: 'm-r0', trained, detail: 'auc 0.7000 in 40 s', note, madeOf };
}

describe('a stage that trains', () => {
  it('is taken from the cache, sweeps and all, and trains nothing', async () => {
    const { fake, stages, result } = await play(plan, {
      claimTraining: ({ request }: TrainingToClaim) => taken(request.stage),
    });
    expect(result.outcome).toBe('completed');
    expect(fake.callsTo('train')).toEqual([]);
    expect(fake.callsTo('suggestTrial')).toEqual([]);
    expect(fake.callsTo('keepTraining')).toEqual([]);
    expect(stages.boosted).toMatchObject({
      state: 'passed',
      detail: 'auc 0.7000 in 40 s; from the cache: m-r0',
      cache: { taken: true, from: 'm-r0' },
    });
    expect(fake.callsTo('addCandidate').map(({ args }) => args[0])).toContainEqual(
      expect.objectContaining({
        candidate: 'boosted',
        record: expect.objectContaining({ trainedBy: 'm-r0', code: 'c', environmentLock: 'e' }),
      }),
    );
    expect(fake.callsTo('closeRun')[0]?.args[0]).toMatchObject({
      stages: expect.arrayContaining([expect.objectContaining({ name: 'linear', cache: expect.anything() })]),
    });
  });

  it('trains when nothing of the same is kept, and keeps what it has made for others', async () => {
    const { fake, stages } = await play(plan, {});
    expect(fake.callsTo('train')).toHaveLength(3);
    const keptStages = fake.callsTo('keepTraining').map(({ args }) => args[0]);
    expect(keptStages).toContainEqual(expect.objectContaining({ key: 'key', run: 'm-r1', stage: 'linear' }));
    expect(keptStages).toHaveLength(2);
    expect(stages.linear?.cache).toEqual({ taken: false, why: 'nothing of this stage is kept yet' });
    expect(stages.snapshot?.cache?.why).toContain('only the source can tell');
    expect(stages.evaluate?.cache?.why).toContain('which champion');
  });

  it('asks with all that decides its result, and passes on that everything is wanted anew', async () => {
    const { fake } = await play(plan, {}, { noCache: true });
    const asked = fake.callsTo('claimTraining').map(({ args }) => args[0] as TrainingToClaim);
    expect(asked.map(({ anew }) => anew)).toEqual([true, true]);
    expect(asked.find(({ request }) => request.stage === 'boosted')).toMatchObject({
      ...{ metric: 'auc', queue: 'training', cacheFor: '30d', wait: false, sweep: { trials: 2 } },
      request: { snapshot: { id: 'snap' }, seed: 1 },
    });
  });
});

describe('two runs that want the same', () => {
  it('train once: the second waits, says so, and takes what the first has made', async () => {
    const notes: string[] = [];
    const one = aPlan({ snapshot, linear: { ...train, needs: ['snapshot'] } });
    const busy: ClaimedTraining = { kind: 'busy', note: { taken: false, why: 'm-r0 is training the same' }, madeOf };
    const { fake, stages } = await play(one, {
      claimTraining: ({ wait }: TrainingToClaim) => {
        notes.push(wait ? 'waits' : 'asks');
        return wait ? taken('linear') : busy;
      },
    });
    expect(notes).toEqual(['asks', 'waits']);
    expect(fake.callsTo('train')).toEqual([]);
    expect(stages.linear).toMatchObject({ state: 'passed', cache: { taken: true } });
  });

  it('do not wait for a training that has failed: its claim is given back', async () => {
    const one = aPlan(
      { snapshot, linear: { ...train, needs: ['snapshot'] } },
      { retrain: { whenBusy: 'join', holdFailed: '1s' } },
    );
    const { fake, result } = await play(one, {
      train: () => {
        throw ApplicationFailure.nonRetryable('bad', 'PRN-RUN-004');
      },
    });
    expect(result.outcome).toBe('failed');
    expect(fake.callsTo('releaseTraining').map(({ args }) => args[0])).toEqual([
      { key: 'key', run: 'm-r1', stage: 'linear' },
    ]);
    expect(fake.callsTo('keepTraining')).toEqual([]);
  });
});

describe('a version that is trained again', () => {
  it('is so under a name of its own, and nothing that is live is touched', async () => {
    const fake = fakeActivities(plan);
    const result = await withWorker(environment, fake.activities, () =>
      environment.client.workflow.execute(reproduce, {
        taskQueue: taskQueues.control,
        workflowId: 'reproduce:m@3',
        args: [{ model: 'm', version: 3, by: 'rob' }],
      }),
    );
    expect(result).toMatchObject({ identical: true });
    expect(fake.calls.map(({ name }) => name)).toEqual(['readTrainingRecord', 'train', 'judgeReproduction']);
    const run = expect.stringMatching(/^m-v3-again-[0-9a-f]{8}$/);
    expect(fake.callsTo('train')[0]?.args[0]).toMatchObject({ model: 'm', run });
    expect(fake.callsTo('judgeReproduction')[0]?.args).toMatchObject([{ model: 'm', version: 3, run }, {}, 'rob']);
  });
});
