import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CompiledPlan } from '../../src/plan/plan.ts';
import { smokePlan } from '../../src/plan/smoke.ts';
import type { TrainRequest } from '../../src/training/request.ts';
import { approveUpdate, progressQuery, type RetrainInput, taskQueues } from '../../workflows/messages.ts';
import { retrain } from '../../workflows/retrain.ts';
import { skippingTime, withWorker } from './environment.ts';
import { aJudgement, fakeActivities } from './fake-activities.ts';
import { aPlan, approve, evaluate, rollout, snapshot, train } from './plans.ts';
import { aDoor, asOf, byRob, until } from './story.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await skippingTime();
});
afterAll(async () => {
  await environment.teardown();
});

let runs = 0;

async function start(change: Partial<RetrainInput> = {}) {
  return await environment.client.workflow.start(retrain, {
    taskQueue: taskQueues.control,
    workflowId: `retrain:m:${runs++}`,
    args: [{ model: 'm', asOf, trigger: byRob, ...change }],
  });
}

/** Runs a plan to its end. */
async function play(plan: CompiledPlan, overrides: Parameters<typeof fakeActivities>[1] = {}, smoke = false) {
  const fake = fakeActivities(plan, overrides);
  return await withWorker(environment, fake.activities, async () => {
    const run = await start({ smoke });
    const result = await run.result();
    const { stages } = await run.query(progressQuery);
    return { result, fake, states: Object.fromEntries(stages.map(({ name, state }) => [name, state])), stages };
  });
}

const twoTrainers = aPlan({
  snapshot,
  boosted: { ...train, needs: ['snapshot'] },
  linear: { ...train, trainer: 'logistic-regression', needs: ['snapshot'] },
  evaluate: { ...evaluate, needs: ['boosted', 'linear'] },
});

describe('a run walks its plan as a graph', () => {
  it('trains candidates side by side, and evaluates when the last of them has passed', async () => {
    const started = { boosted: aDoor(), linear: aDoor() };
    const mayEnd = { boosted: aDoor(), linear: aDoor() };
    const fake = fakeActivities(twoTrainers);
    const trainers = {
      ...fake.activities,
      train: async (request: TrainRequest) => {
        const stage = request.stage as 'boosted' | 'linear';
        started[stage].open();
        await mayEnd[stage].opened;
        return await fake.activities.train?.(request as never);
      },
    };
    await withWorker(environment, trainers, async () => {
      const run = await start();
      await Promise.all([started.boosted.opened, started.linear.opened]);
      expect(fake.callsTo('takeSnapshot')).toHaveLength(1);

      mayEnd.linear.open();
      const stateOf = async (stage: string) =>
        (await run.query(progressQuery)).stages.find(({ name }) => name === stage)?.state;
      await until(async () => (await stateOf('linear')) === 'passed');
      expect(await stateOf('boosted')).toBe('running');
      expect(await stateOf('evaluate')).toBe('waiting');
      expect(fake.callsTo('evaluate')).toEqual([]);

      mayEnd.boosted.open();
      expect(await run.result()).toMatchObject({ outcome: 'completed', summary: 'boosted@2 auc 0.74 pass' });
      expect(fake.callsTo('evaluate')).toHaveLength(1);
    });
  });

  it('carries the winner through approval and rollout to its promotion, and closes the run with every stage', async () => {
    const fake = fakeActivities(aPlan({ snapshot, boosted: train, evaluate, approve, rollout }));
    await withWorker(environment, fake.activities, async () => {
      const run = await start();
      await until(async () => (await run.query(progressQuery)).approval !== null);
      const vote = { by: 'ana', roles: ['approver'], reason: 'good', evidence: 'evidence-a', via: 'client' } as const;
      await run.executeUpdate(approveUpdate, { args: [vote] });
      expect(await run.result()).toMatchObject({ run: 'm-r1', outcome: 'promoted', version: 2 });
    });
    expect(fake.callsTo('promoteVersion')[0]?.args[0]).toMatchObject({ rollout: 'm-v2-r1', version: 2 });
    const closing = fake.callsTo('closeRun')[0]?.args[0] as { stages: { name: string; state: string }[] };
    expect(closing.stages.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'snapshot passed',
      'boosted passed',
      'evaluate passed',
      'approve passed',
      'rollout passed',
    ]);
  });

  it('makes the first version stable without asking anybody and without a rollout', async () => {
    const { result, fake, states } = await play(aPlan({ snapshot, boosted: train, evaluate, approve, rollout }), {
      evaluate: () => aJudgement({ champion: null }),
    });
    expect(result).toMatchObject({ outcome: 'promoted', version: 2 });
    expect(fake.callsTo('promoteFirst')[0]?.args[0]).toMatchObject({ version: 2, run: 'm-r1' });
    expect(states).toMatchObject({ evaluate: 'passed', approve: 'skipped', rollout: 'skipped' });
    expect(fake.callsTo('enterStep')).toEqual([]);
  });

  it.each([1, null])(
    'rolls out nothing that only its own predict command can score (champion %s): the stage fails at once, and says why',
    async (champion) => {
      const auto = { kind: 'approve', auto: true } as const;
      const fake = fakeActivities(aPlan({ snapshot, boosted: train, evaluate, approve: auto, rollout }), {
        evaluate: () => aJudgement({ champion, unserved: true }),
      });
      await withWorker(environment, fake.activities, async () => {
        const run = await start();
        const stage = async () => (await run.query(progressQuery)).stages.find(({ name }) => name === 'rollout');
        await until(async () => (await stage())?.state === 'failed');
        expect(await stage()).toMatchObject({
          attempt: 1,
          detail: expect.stringMatching(/^m@2 .*no gateway can serve it/),
        });
        await run.cancel();
        await run.result().catch(() => undefined);
      });
      expect(fake.callsTo('recordApproval')).toHaveLength(1);
      expect(fake.calls.filter(({ name }) => ['enterStep', 'promoteFirst', 'promoteVersion'].includes(name))).toEqual(
        [],
      );
    },
  );

  it('rolls out the first version of a segment like any other: the global champion has answered until now', async () => {
    const auto = { kind: 'approve', auto: true } as const;
    const { result, fake, states } = await play(aPlan({ snapshot, boosted: train, evaluate, approve: auto, rollout }), {
      evaluate: () => aJudgement({ champion: null, globalChampion: 3 }),
    });
    expect(result).toMatchObject({ outcome: 'promoted', version: 2 });
    expect(fake.callsTo('promoteFirst')).toEqual([]);
    expect(states).toMatchObject({ evaluate: 'passed', approve: 'passed', rollout: 'passed' });
    expect(fake.callsTo('recordApproval')).toHaveLength(1);
    expect(fake.callsTo('enterStep').length).toBeGreaterThan(0);
  });

  it('makes the first version of a segment stable at once where its plan has no rollout', async () => {
    const { result, fake } = await play(aPlan({ snapshot, boosted: train, evaluate }), {
      evaluate: () => aJudgement({ champion: null, globalChampion: 3 }),
    });
    expect(result).toMatchObject({ outcome: 'promoted', version: 2 });
    expect(fake.callsTo('promoteFirst')).toHaveLength(1);
  });

  it.each([
    ['inconclusive', 'nothing-better'],
    ['fail', 'rejected'],
  ] as const)('skips what follows when the verdict is %s: the run is %s', async (verdict, outcome) => {
    const { result, states, stages, fake } = await play(
      aPlan({ snapshot, boosted: train, evaluate, approve, rollout }),
      {
        evaluate: () => aJudgement({ verdict, winner: null, headline: 'boosted@2 is no better' }),
      },
    );
    expect(result).toEqual({ run: 'm-r1', outcome, version: null, summary: 'boosted@2 is no better' });
    expect(states).toMatchObject({ evaluate: 'failed', approve: 'skipped', rollout: 'skipped' });
    expect(stages.at(-1)?.detail).toBe('approve did not pass');
    expect(fake.callsTo('promoteFirst')).toEqual([]);
  });

  it('gives a stage of the user’s own the results of what it needs, to an activity and to a command alike', async () => {
    const { fake, result, stages } = await play(
      aPlan({
        snapshot,
        enrich: { kind: 'activity', activity: 'enrichSnapshot', input: { depth: 3 }, needs: ['snapshot'] },
        publish: { kind: 'command', run: ['publish.sh', '--dry'], needs: ['enrich'] },
      }),
      { enrichSnapshot: () => ({ rows: 7 }) },
    );
    expect(result).toMatchObject({ outcome: 'completed', summary: 'publish.sh is done' });
    expect(fake.callsTo('enrichSnapshot')[0]?.args).toEqual([
      {
        run: 'm-r1',
        model: 'm',
        stage: 'enrich',
        asOf,
        input: { depth: 3 },
        inputs: { snapshot: expect.objectContaining({ id: 'snap' }) },
      },
    ]);
    expect(fake.callsTo('runCommand')[0]?.args[0]).toMatchObject({
      argv: ['publish.sh', '--dry'],
      base: '/',
      inputs: { enrich: { rows: 7 } },
    });
    expect(stages.find(({ name }) => name === 'enrich')?.result).toEqual({ rows: 7 });
  });

  it('hands the champion’s parameters to a sweep, and its best trial to the registry', async () => {
    const swept = { ...train, sweep: { trials: 3, parallel: 2, space: { depth: { int: [1, 9] } } } };
    const { fake, stages } = await play(aPlan({ snapshot, boosted: swept, evaluate }), {
      championParameters: () => ({ depth: 5 }),
    });
    expect(fake.callsTo('suggestTrial')[0]?.args[0]).toMatchObject({ trialNumber: 0, warmStart: { depth: 5 } });
    expect(fake.callsTo('addCandidate')[0]?.args[0]).toMatchObject({ trained: { parameters: { depth: 2 } } });
    expect(stages[1]?.detail).toBe('3 of 3 trials, best auc 0.7200');
  });

  it('asks nobody and promotes nothing when it is a smoke run, even of a model without a champion', async () => {
    const plan = smokePlan(aPlan({ snapshot, boosted: train, evaluate, approve, rollout }));
    const { result, fake } = await play(plan, { evaluate: () => aJudgement({ champion: null }) }, true);
    expect(result).toMatchObject({ outcome: 'smoke-passed', version: null });
    expect(['promoteFirst', 'recordApproval', 'enterStep'].flatMap((name) => fake.callsTo(name))).toEqual([]);
  });

  it('fails a smoke run at once when a stage breaks, because nobody waits to mend it', async () => {
    const plan = smokePlan(aPlan({ snapshot, check: { kind: 'activity', activity: 'nobodyHasIt', timeout: '1s' } }));
    const { result } = await play(plan, { takeSnapshot: refuse }, true);
    expect(result).toMatchObject({ outcome: 'smoke-failed', summary: 'stage snapshot failed: the source is empty' });
  });
});

function refuse(): never {
  throw ApplicationFailure.nonRetryable('the source is empty', 'PRN-DATASET-001');
}
