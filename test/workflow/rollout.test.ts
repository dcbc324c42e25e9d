import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StepEnd, WatchRequest } from '../../activities/rollout.ts';
import type { RolloutStage } from '../../src/plan/schema.ts';
import {
  abortUpdate,
  pauseUpdate,
  promoteUpdate,
  type RolloutInput,
  rolloutProgressQuery,
  setWeightUpdate,
  taskQueues,
} from '../../workflows/messages.ts';
import { rollout } from '../../workflows/rollout.ts';
import { skippingTime, withWorker } from './environment.ts';
import { cancellable, fakeActivities } from './fake-activities.ts';
import { aPlan, rollout as stage } from './plans.ts';
import { aDoor, refusal, until } from './story.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await skippingTime();
});
afterAll(async () => {
  await environment.teardown();
});

const plan = aPlan({
  rollout: { ...stage, steps: [{ weight: 0.05, for: '1h' }, { weight: 0.25, for: '2h' }, { weight: 1 }] },
});
const input: RolloutInput = {
  rollout: 'm-v2-r1',
  model: 'm',
  version: 2,
  run: 'm-r1',
  by: { name: 'rob', via: 'workflow' },
  reason: 'run m-r1',
  force: false,
  spec: plan.file.plan.rollout as RolloutStage,
  task: 'binary-classification',
};
let rollouts = 0;

async function start(change: Partial<RolloutInput> = {}) {
  const handle = await environment.client.workflow.start(rollout, {
    taskQueue: taskQueues.control,
    workflowId: `rollout:${rollouts++}`,
    args: [{ ...input, ...change }],
  });
  return { handle, progress: () => handle.query(rolloutProgressQuery) };
}

type Fake = ReturnType<typeof fakeActivities>;

/** Starts a rollout, tells the story, and gives its end. */
async function play(
  overrides: Parameters<typeof fakeActivities>[1],
  story: (playing: Awaited<ReturnType<typeof start>> & { fake: Fake }) => Promise<void> = async () => undefined,
  change: Partial<RolloutInput> = {},
) {
  const fake = fakeActivities(plan, overrides);
  const result = await withWorker(environment, fake.activities, async () => {
    const started = await start(change);
    await story({ ...started, fake });
    return await started.handle.result();
  });
  const moves = fake.calls
    .filter(({ name }) => name !== 'watchStep')
    .map(({ name, args }) => {
      const { phase, weight } = args[0] as WatchRequest;
      return name === 'enterStep' ? `${phase} ${weight}` : name;
    });
  return { result, fake, moves, last: fake.calls.at(-1)?.args[0] };
}

const ana = { by: 'ana', reason: 'looks right' };

describe('a rollout', () => {
  it('goes from shadow through every share of the traffic to its promotion', async () => {
    const { result, moves } = await play({});
    expect(moves).toEqual(['shadow 0', 'canary 0.05', 'canary 0.25', 'promoteVersion']);
    expect(result).toMatchObject({
      outcome: 'promoted',
      reason: 'no gate was violated in 1h of shadow and 2 canary steps',
    });
  });

  it('becomes a canary before it is promoted, also where no step makes it one', async () => {
    const atOnce = { ...input.spec, shadow: '0s', steps: [{ weight: 1, for: '0s' }] };
    const { result, moves } = await play({}, undefined, { spec: atOnce });
    expect(moves).toEqual(['canary 1', 'promoteVersion']);
    expect(result).toMatchObject({ outcome: 'promoted' });
    const shadowed = await play({}, undefined, { spec: { ...atOnce, shadow: '1h' } });
    expect(shadowed.moves).toEqual(['shadow 0', 'canary 1', 'promoteVersion']);
  });

  it.each(['violated', 'halted', 'inconclusive'] as const)(
    'is taken back at once when a step is %s, and says why',
    async (verdict) => {
      const { result, moves, last } = await play({
        watchStep: ({ phase }: WatchRequest): StepEnd =>
          phase === 'shadow' ? { verdict: 'passed', reason: '' } : { verdict, reason: 'errorRate: e-value 41 ≥ 20' },
      });
      expect(moves).toEqual(['shadow 0', 'canary 0.05', 'withdrawVersion']);
      expect(result).toMatchObject({ outcome: 'rolled-back', reason: 'errorRate: e-value 41 ≥ 20' });
      expect(last).toMatchObject({ reason: 'errorRate: e-value 41 ≥ 20', by: { via: 'workflow' } });
    },
  );

  it('is taken back when a step breaks, because a canary must not outlive who watches it', async () => {
    const { result, moves } = await play({
      watchStep: () => {
        throw ApplicationFailure.nonRetryable('the request log is unreadable', 'PRN-GATEWAY-001');
      },
    });
    expect(moves).toEqual(['shadow 0', 'withdrawVersion']);
    expect(result.reason).toBe('the rollout could not go on: the request log is unreadable');
  });

  it('gives no traffic to a version whose route is refused', async () => {
    const { result, moves } = await play({ enterStep: () => ({ entered: false, why: 'm@2 was rejected' }) });
    expect(moves).toEqual(['shadow 0', 'withdrawVersion']);
    expect(result).toMatchObject({ outcome: 'rolled-back', reason: 'm@2 was rejected' });
  });

  it('ends before it has begun, with the reason, where the version turns out to be one that no gateway can serve', async () => {
    const { result, moves } = await play({
      enterStep: () => {
        throw ApplicationFailure.nonRetryable('m@2 has a predict command: no gateway can serve it.', 'PRN-ROLLOUT-005');
      },
    });
    expect(moves).toEqual(['shadow 0', 'withdrawVersion']);
    expect(result).toMatchObject({
      outcome: 'rolled-back',
      reason: expect.stringContaining('no gateway can serve it'),
    });
  });

  it('does not promote what lost its route meanwhile', async () => {
    const { result, moves, last } = await play({
      promoteVersion: () => ({ promoted: false, why: 'the route belongs to nobody' }),
    });
    expect(moves.slice(-2)).toEqual(['promoteVersion', 'withdrawVersion']);
    expect(result).toMatchObject({ outcome: 'rolled-back', reason: 'the route belongs to nobody' });
    expect(last).toMatchObject({ reason: 'the route belongs to nobody' });
  });

  it('withdraws its version when it is cancelled', async () => {
    const { result, moves } = await play({ watchStep: cancellable }, async ({ handle, fake }) => {
      await until(() => fake.callsTo('watchStep').length > 0);
      await handle.cancel();
    });
    expect(moves).toEqual(['shadow 0', 'withdrawVersion']);
    expect(result).toMatchObject({ outcome: 'rolled-back', reason: 'the rollout was cancelled' });
  });

  it('withdraws only after a move that was already under way when the cancel came', async () => {
    const entering = aDoor();
    const done: string[] = [];
    await play(
      {
        enterStep: async () => {
          await entering.opened;
          done.push('entered');
          return { entered: true, why: '' };
        },
        withdrawVersion: () => {
          done.push('withdrawn');
        },
      },
      async ({ handle, fake }) => {
        await until(() => fake.callsTo('enterStep').length > 0);
        await handle.cancel();
        setTimeout(entering.open, 300);
      },
    );
    expect(done).toEqual(['entered', 'withdrawn']);
  });
});

describe('a person commands a rollout', () => {
  it.each([
    ['promote', promoteUpdate, 'promoted', 'm@2 is promoted'],
    ['abort', abortUpdate, 'rolled-back', 'm@2 is rolled back'],
  ] as const)('to %s: at once, with name and reason', async (_, update, outcome, answer) => {
    const { result, moves, last } = await play({ watchStep: cancellable }, async ({ handle, fake }) => {
      await until(() => fake.callsTo('watchStep').length > 0);
      expect(await handle.executeUpdate(update, { args: [ana] })).toBe(answer);
    });
    expect(result).toMatchObject({ outcome, reason: 'looks right' });
    expect(last).toMatchObject({ reason: 'looks right', by: { name: 'ana' } });
    expect(moves).toEqual([
      'shadow 0',
      ...(outcome === 'promoted' ? ['canary 1', 'promoteVersion'] : ['withdrawVersion']),
    ]);
  });

  it('and is refused without a name, without a reason, after another command, and at the end', async () => {
    const withdrawing = aDoor();
    const overrides = { watchStep: cancellable, withdrawVersion: () => withdrawing.opened };
    await play(overrides, async ({ handle, fake }) => {
      await until(() => fake.callsTo('watchStep').length > 0);
      const promote = (by: string, reason: string) =>
        refusal(handle.executeUpdate(promoteUpdate, { args: [{ by, reason }] }));
      expect(await promote(' ', 'good')).toBe('a command needs a name');
      expect(await promote('ana', '')).toBe('a command needs a reason');
      expect(
        await refusal(handle.executeUpdate(pauseUpdate, { args: [{ by: 'ana', reason: '', paused: true }] })),
      ).toBe('a command needs a reason');
      await handle.executeUpdate(abortUpdate, { args: [ana] });
      expect(await promote('ben', 'no, it is fine')).toBe('already told to abort by ana');
      withdrawing.open();
    });
  });

  it('and is refused when its end has already been decided', async () => {
    const promoting = aDoor();
    const { result } = await play(
      {
        promoteVersion: async () => {
          await promoting.opened;
          return { promoted: true, why: '' };
        },
      },
      async ({ handle, fake }) => {
        await until(() => fake.callsTo('promoteVersion').length > 0);
        expect(await refusal(handle.executeUpdate(abortUpdate, { args: [ana] }))).toBe(
          'the rollout has come to its end',
        );
        promoting.open();
      },
    );
    expect(result.outcome).toBe('promoted');
  });

  it('to pause: its clock stands still until it goes on', async () => {
    let goesOn = false;
    const clock: number[] = [];
    const overrides = {
      watchStep: (): StepEnd | Promise<never> => (goesOn ? { verdict: 'passed', reason: '' } : cancellable()),
    };
    const { result, fake } = await play(overrides, async ({ handle, progress, fake: { callsTo } }) => {
      const watches = (count: number) => until(() => callsTo('watchStep').length === count);
      const tell = async (paused: boolean) => {
        clock.push(await environment.currentTimeMs());
        const answer = await handle.executeUpdate(pauseUpdate, { args: [{ ...ana, paused }] });
        clock.push(await environment.currentTimeMs());
        return answer;
      };
      await watches(1);
      await new Promise((second) => setTimeout(second, 1_000));
      expect(await tell(true)).toContain('is paused');
      await watches(2);
      await new Promise((second) => setTimeout(second, 1_000));
      expect(await progress()).toMatchObject({ phase: 'shadow', paused: true });
      goesOn = true;
      expect(await tell(false)).toContain('goes on');
    });
    expect(result.outcome).toBe('promoted');
    const asked = fake.callsTo('watchStep').map(({ args }) => args[0] as WatchRequest);
    expect(asked.slice(0, 3).map(({ paused }) => paused)).toEqual([false, true, false]);
    const [first = 0, , third = 0] = asked.map(({ passAfter }) => Date.parse(passAfter));
    const [asking = 0, paused = 0, resuming = 0, resumed = 0] = clock;
    expect(third - first, 'the hour ends later by the pause, no more and no less').toBeGreaterThan(
      resuming - paused - 5,
    );
    expect(third - first).toBeLessThan(resumed - asking + 5);
  });
});

describe('a promoted version that bakes', () => {
  const baking = { spec: { ...input.spec, bake: '1d' } };

  it('is watched on, with its predecessor beside it, and kept when nothing is found', async () => {
    const { result, moves, fake } = await play({}, undefined, baking);
    expect(moves).toEqual(['shadow 0', 'canary 0.05', 'canary 0.25', 'promoteVersion', 'endBake']);
    expect(fake.callsTo('promoteVersion')[0]?.args[0]).toMatchObject({ bake: true });
    expect(fake.callsTo('watchStep').at(-1)?.args[0]).toMatchObject({ phase: 'bake', weight: 1 });
    expect(fake.callsTo('endBake')[0]?.args[0]).toMatchObject({ how: 'keep' });
    expect(result).toMatchObject({ outcome: 'promoted', reason: expect.stringContaining('none in 1d of bake') });
  });

  it('gives way to its predecessor at once when a gate fails late', async () => {
    const watchStep = ({ phase }: WatchRequest): StepEnd =>
      phase === 'bake' ? { verdict: 'violated', reason: 'recall: 41 ≥ 20' } : { verdict: 'passed', reason: '' };
    const { result, fake } = await play({ watchStep }, undefined, baking);
    expect(fake.callsTo('endBake')[0]?.args[0]).toMatchObject({ how: 'restore', reason: 'recall: 41 ≥ 20' });
    expect(result).toMatchObject({ outcome: 'rolled-back', reason: 'recall: 41 ≥ 20' });
  });

  it('is kept when the watching breaks: it has been promoted by evidence', async () => {
    const watchStep = ({ phase }: WatchRequest): StepEnd => {
      if (phase === 'bake') throw ApplicationFailure.nonRetryable('the log is unreadable', 'PRN-GATEWAY-001');
      return { verdict: 'passed', reason: '' };
    };
    const { result, fake } = await play({ watchStep }, undefined, baking);
    expect(fake.callsTo('endBake')[0]?.args[0]).toMatchObject({ how: 'keep' });
    expect(result.outcome).toBe('promoted');
  });

  it('is restored or kept by a person, as before', async () => {
    const watchStep = ({ phase }: WatchRequest) =>
      phase === 'bake' ? cancellable() : ({ verdict: 'passed', reason: '' } as const);
    const { result, fake } = await play(
      { watchStep },
      async ({ handle, progress }) => {
        await until(async () => (await progress()).phase === 'bake');
        await handle.executeUpdate(abortUpdate, { args: [ana] });
      },
      baking,
    );
    expect(fake.callsTo('endBake')[0]?.args[0]).toMatchObject({ how: 'restore', by: { name: 'ana' } });
    expect(result.outcome).toBe('rolled-back');
  });
});

describe('a step that cannot be proven', () => {
  it('asks a person and holds itself; when it goes on it is given more time', async () => {
    const watchStep = ({ paused, giveUpAfter, passAfter }: WatchRequest) => {
      if (paused) return cancellable();
      const extension = Date.parse(giveUpAfter) - Date.parse(passAfter);
      return extension > 24 * 3_600_000
        ? ({ verdict: 'passed', reason: '' } as const)
        : ({ verdict: 'unproven', reason: 'accuracy: 1.4 possible' } as const);
    };
    const { result, fake } = await play({ watchStep }, async ({ handle, progress }) => {
      for (const phase of ['shadow', 'canary', 'canary']) {
        await until(async () => {
          const at = await progress();
          return at.phase === phase && at.paused;
        });
        expect(await progress()).toMatchObject({ asks: 'accuracy: 1.4 possible' });
        await handle.executeUpdate(pauseUpdate, { args: [{ ...ana, paused: false }] });
        expect(await progress()).toMatchObject({ asks: null });
      }
    });
    expect(fake.callsTo('askAboutRollout')).toHaveLength(3);
    expect(result.outcome).toBe('promoted');
  });
});

describe('a weight that a person sets', () => {
  it('is taken at once and never lowered by a later step; a shadow has none', async () => {
    const [mirrored, enough] = [aDoor(), aDoor()];
    const watchStep = ({ phase }: WatchRequest) => {
      const door = phase === 'shadow' ? mirrored : enough;
      return Promise.race([cancellable(), door.opened.then((): StepEnd => ({ verdict: 'passed', reason: '' }))]);
    };
    const { moves, result, fake } = await play({ watchStep }, async ({ handle, progress, fake }) => {
      const set = (weight: number) => handle.executeUpdate(setWeightUpdate, { args: [{ ...ana, weight }] });
      await until(() => fake.callsTo('watchStep').length > 0);
      expect(await refusal(set(0.5))).toContain('only a canary has a weight');
      mirrored.open();
      await until(async () => (await progress()).phase === 'canary');
      expect(await refusal(set(1))).toContain('between 0 and 1');
      expect(await set(0.5)).toBe('rollout m-v2-r1 gives its version 50 % of the requests');
      await until(() => fake.callsTo('enterStep').length === 3);
      enough.open();
    });
    expect(moves).toEqual(['shadow 0', 'canary 0.05', 'canary 0.5', 'canary 0.5', 'promoteVersion']);
    expect(result.outcome).toBe('promoted');
    const entered = fake.callsTo('enterStep').map(({ args }) => args[0] as { by: object; reason: string });
    expect(entered[2]).toMatchObject({ by: { name: ana.by, via: 'api' }, reason: ana.reason });
    expect(entered[3]?.reason).not.toBe(ana.reason);
  });
});

describe('a standing comparison', () => {
  it('keeps its share for its time, and ends with the challenger still a challenger', async () => {
    const standing = { weight: 0.1, for: '14d' };
    const { moves, last, fake } = await play({}, undefined, { standing });
    expect(moves).toEqual(['canary 0.1', 'withdrawVersion']);
    expect(fake.callsTo('watchStep')[0]?.args[0]).toMatchObject({ standing: true, weight: 0.1 });
    expect(last).toMatchObject({ to: 'challenger', reason: 'the comparison has lasted for 14d' });
  });

  it('fails the challenger that harms', async () => {
    const standing = { weight: 0.1, for: '14d' };
    const watchStep = (): StepEnd => ({ verdict: 'violated', reason: 'errorRate: 41 ≥ 20' });
    const { last } = await play({ watchStep }, undefined, { standing });
    expect(last).not.toHaveProperty('to');
  });
});
