import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFleet } from '../../src/api/temporal/fleet.ts';
import { waitingTeams } from '../../src/compute/fleet.ts';
import { temporalConfiguration } from '../../src/platform/temporal-server.ts';
import { devServer } from './environment.ts';
import { aPlan, snapshot, train } from './plans.ts';
import { StandingFleet } from './standing-fleet.ts';
import { until } from './story.ts';

// The very settings that `perennial up` gives to its server: without them priorities and teams are silently ignored.
let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await devServer(...temporalConfiguration, 'limit.historyCount.suggestContinueAsNew=30');
});
afterAll(async () => {
  await environment.teardown();
});

const on = (queue: string) => ({ compute: { big: { provider: 'process', queue } } });
const places = (order: readonly { readonly model: string }[], models: string) =>
  order.flatMap(({ model }, place) => (model.startsWith(models) ? [place] : []));

describe('a standing machine with one slot', () => {
  it('takes teams in turn, however much one has asked for, and what is urgent before all', async () => {
    const fleet = new StandingFleet(environment);
    const queue = 'flooded';
    await fleet.withControl(async () => {
      await fleet.ask('flood', 20, { ...on(queue), team: 'a' });
      await fleet.untilWaiting(queue, 20);
      await fleet.ask('late', 3, { ...on(queue), team: 'b' });
      await fleet.untilWaiting(queue, 23);
      await fleet.ask('fire', 1, { ...on(queue), team: 'a' }, 'urgent');
      await fleet.untilWaiting(queue, 24);
      await fleet.trainAll(queue);
    });
    expect(fleet.trained).toHaveLength(24);
    expect(places(fleet.trained, 'fire')).toEqual([0]);
    // One of each team in turn behind the urgent one.
    expect(Math.max(...places(fleet.trained, 'late'))).toBeLessThanOrEqual(6);
  });

  it('gives a team of weight 3 three of four places while both wait', async () => {
    const fleet = new StandingFleet(environment, new Map([['heavy', 3]]));
    const queue = 'weighed';
    await fleet.withControl(async () => {
      await fleet.ask('light', 16, { ...on(queue), team: 'light' });
      await fleet.ask('heavy', 16, { ...on(queue), team: 'heavy' });
      await fleet.untilWaiting(queue, 32);
      await fleet.trainAll(queue);
    });
    const heavy = places(fleet.trained.slice(0, 16), 'heavy').length;
    expect(heavy).toBeGreaterThanOrEqual(11);
    expect(heavy).toBeLessThanOrEqual(13);
  });

  it('takes what the model file calls more pressing first', async () => {
    const fleet = new StandingFleet(environment);
    const queue = 'pressing';
    await fleet.withControl(async () => {
      const words = ['background', 'low', undefined, 'high', 'urgent'] as const;
      for (const [at, priority] of words.entries()) {
        await fleet.ask(`level${at}-`, 1, { ...on(queue), ...(priority ? { priority } : {}) });
        await fleet.untilWaiting(queue, at + 1);
      }
      await fleet.trainAll(queue);
    });
    expect(fleet.trained.map(({ priority }) => priority)).toEqual([1, 2, 3, 4, 5]);
    expect(fleet.trained.map(({ model }) => model[5])).toEqual(['4', '3', '2', '1', '0']);
  });
});

describe('the trials of a sweep', () => {
  it('have the turn of their run, also those after the sweep has continued as new', async () => {
    const fleet = new StandingFleet(environment);
    const sweep = { trials: 12, parallel: 2, space: { depth: { int: [1, 9] } } };
    const boosted = { ...train, sweep, compute: 'big' };
    await fleet.withControl(async () => {
      const file = { model: 'swept', team: 'b', priority: 'high', ...on('swept') };
      await fleet.start(aPlan({ snapshot, boosted }, file));
      await fleet.trainAll('swept', 2);
    });
    expect(fleet.trained.map(({ trial }) => trial).toSorted((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 12 }, (_, trial) => trial),
    );
    for (const trial of fleet.trained) expect(trial).toMatchObject({ team: 'b', priority: 2 });
    const description = await environment.client.workflow.getHandle('retrain:swept/swept-r1/boosted/1').describe();
    expect(description.raw.workflowExecutionInfo?.firstRunId).not.toBe(description.runId);
  });

  it('are in the view of the fleet under their numbers: who trains, and who waits for a slot', async () => {
    const fleet = new StandingFleet(environment);
    const queue = 'numbered';
    const boosted = { ...train, sweep: { trials: 2, parallel: 2, space: { depth: { int: [1, 9] } } }, compute: 'big' };
    await fleet.withControl(async () => {
      await fleet.start(aPlan({ snapshot, boosted }, { model: 'numbered', team: 'b', ...on(queue) }));
      await fleet.untilWaiting(queue, 2);
      fleet.held = true;
      await fleet.machine(queue, 1, async () => {
        await until(() => fleet.trained.length === 1);
        const { queues } = await readFleet(environment.client, new Map());
        const seen = queues.find((each) => each.queue === queue);
        const job = { run: 'numbered-r1', stage: 'boosted', turn: { team: 'b' } };
        expect(seen?.workers[0]?.jobs).toMatchObject([{ ...job, trial: 0, state: 'training' }]);
        expect(seen?.waiting).toMatchObject([{ ...job, trial: 1, state: 'waiting' }]);
        fleet.held = false;
        await fleet.ended();
      });
    });
  });
});

describe('the view of the fleet', () => {
  it('tells whose work waits on a queue where nobody listens, and then who trains it', {
    timeout: 60_000,
  }, async () => {
    const fleet = new StandingFleet(environment, new Map([['b', 2]]));
    const queue = 'seen';
    const look = async () => {
      const { queues } = await readFleet(environment.client, new Map([[queue, ['seen0']]]));
      const seen = queues.find((each) => each.queue === queue);
      return seen && { ...seen, teams: waitingTeams(seen) };
    };
    await fleet.withControl(async () => {
      await fleet.ask('seen', 3, { ...on(queue), team: 'a' });
      await fleet.ask('other', 1, { ...on(queue), team: 'b' }, 'high');
      await fleet.untilWaiting(queue, 4);
      await expect.poll(look, { timeout: 20_000 }).toMatchObject({
        workers: [],
        models: ['seen0'],
        teams: [
          { team: 'b', weight: 2, priority: 'high', jobs: 1 },
          { team: 'a', weight: 1, priority: 'normal', jobs: 3 },
        ],
      });
      fleet.held = true;
      await fleet.machine(queue, 2, async () => {
        await until(() => fleet.trained.length === 2);
        const seen = await look();
        expect(seen?.workers).toMatchObject([{ host: 'gpu-box-1/7', slots: 2 }]);
        expect(seen?.workers[0]?.jobs.map(({ run, stage, trial }) => `${run} ${stage} ${trial}`)).toContain(
          'other0-r1 boosted null',
        );
        expect(seen?.teams).toMatchObject([{ team: 'a', jobs: 2 }]);
        fleet.held = false;
        await fleet.ended();
      });
    });
  });
});
