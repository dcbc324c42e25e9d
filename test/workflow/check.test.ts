import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MeasuredCheck } from '../../activities/check.ts';
import { check } from '../../workflows/check.ts';
import { type CheckResult, taskQueues, workflowIds } from '../../workflows/messages.ts';
import { devServer, withWorker } from './environment.ts';
import { anAlarm, anOpenedAlarm, fakeActivities } from './fake-activities.ts';
import { aPlan, snapshot } from './plans.ts';
import { aDoor, until } from './story.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await devServer();
});
afterAll(async () => {
  await environment.teardown();
});

type Overrides = Parameters<typeof fakeActivities>[1];

const instant = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

async function runCheck(model: string, asOf: string): Promise<CheckResult> {
  return await environment.client.workflow.execute(check, {
    taskQueue: taskQueues.control,
    workflowId: workflowIds.check(model, asOf),
    args: [{ model, asOf, trigger: { kind: 'schedule', by: 'schedule' } }],
  });
}

/** One check of a model of its own. */
async function play(model: string, overrides: Overrides) {
  const fake = fakeActivities(aPlan({ snapshot }, { model }), overrides);
  const result = await withWorker(environment, fake.activities, async () => {
    const checked = await runCheck(model, instant(0));
    if (checked.retrain) await environment.client.workflow.getHandle(checked.retrain).result();
    return checked;
  });
  return { result, fake };
}

describe('a check that alarms', () => {
  it('starts a run that says which check asked for it, and tells the webhooks', async () => {
    const { result, fake } = await play('started', {
      recordCheck: () => ({ ...anOpenedAlarm, notices: [{ webhook: '$SLACK', on: 'alarm', text: 'temp moved' }] }),
    });
    expect(result).toMatchObject({ verdict: 'alarm', reaction: 'run-started', retrain: 'retrain:started' });
    expect(fake.callsTo('openRun')[0]?.args[0]).toMatchObject({
      asOf: instant(0),
      trigger: { kind: 'alarm', by: `check:${instant(0)}`, reason: anAlarm.summary },
    });
    expect(fake.callsTo('notify')[0]?.args[0]).toMatchObject({ on: 'alarm', webhook: '$SLACK', text: 'temp moved' });
    expect(result.told).toEqual(anOpenedAlarm.told);
  });

  it.each(['none', 'notified', 'answered', 'cooling-down'] as const)(
    'starts no run when the reaction is %s',
    async (reaction) => {
      const { result, fake } = await play(`reacts-${reaction}`, {
        recordCheck: () => ({ ...anOpenedAlarm, reaction }),
      });
      expect(result).toMatchObject({
        verdict: 'alarm',
        reaction,
        retrain: null,
      });
      expect(fake.callsTo('openRun')).toEqual([]);
    },
  );

  it('does not wait for a webhook before it starts the run', async () => {
    const webhook = aDoor();
    const model = 'deaf';
    const fake = fakeActivities(aPlan({ snapshot }, { model }), {
      recordCheck: () => ({ ...anOpenedAlarm, notices: [{ webhook: '$SLACK', on: 'alarm', text: 'temp moved' }] }),
      notify: () => webhook.opened,
    });
    await withWorker(environment, fake.activities, async () => {
      const checking = runCheck(model, instant(0));
      await until(() => fake.callsTo('closeRun').length > 0);
      webhook.open();
      expect((await checking).reaction).toBe('run-started');
    });
  });
});

describe('a check that does not alarm', () => {
  it.each(['quiet', 'no-champion', 'too-little-data'] as const)(
    'is kept, and starts no run, when it is %s',
    async (verdict) => {
      const measured: MeasuredCheck = { verdict, summary: `it is ${verdict}`, evidence: null };
      const { result, fake } = await play(`is-${verdict}`, { measureCheck: () => measured });
      expect(result).toMatchObject({ verdict, summary: `it is ${verdict}`, reaction: 'none', retrain: null });
      expect(fake.callsTo('recordCheck')[0]?.args[0]).toMatchObject({ verdict, asOf: instant(0), evidence: null });
      expect(fake.callsTo('openRun')).toEqual([]);
    },
  );
});

describe('the days before a check', () => {
  it.each([
    [0, 0],
    [1, 1],
    [5, 5],
    [35, 7],
  ])(
    'that nobody has profiled (%i) are profiled once each, in at most eight pieces of work (%i)',
    async (count, pieces) => {
      const days = Array.from({ length: count }, (_, at) => `day ${at}`);
      const { fake } = await play(`days-${count}`, {
        profilesToMake: () => ({ days, groups: 1 }),
        measureCheck: () => ({ verdict: 'quiet', summary: '', evidence: null }),
      });
      const profiled = fake.callsTo('profileDays').map(({ args }) => (args[0] as { days: string[] }).days);
      expect(profiled).toHaveLength(pieces);
      expect(profiled.flat().toSorted()).toEqual(days.toSorted());
      const names = fake.calls.map(({ name }) => name);
      expect(names.indexOf('measureCheck')).toBeGreaterThan(names.lastIndexOf('profileDays'));
    },
  );
});

describe('the days of a wide table', () => {
  it('are profiled in groups of columns, at most eight at a time, and joined when all groups are there', async () => {
    const days = Array.from({ length: 10 }, (_, at) => `day ${at}`);
    let [open, most] = [0, 0];
    const { fake } = await play('wide-days', {
      profilesToMake: () => ({ days, groups: 3 }),
      profileGroup: async () => {
        open += 1;
        most = Math.max(most, open);
        await new Promise((done) => setTimeout(done, 20));
        open -= 1;
      },
      measureCheck: () => ({ verdict: 'quiet', summary: '', evidence: null }),
    });
    const made = fake.callsTo('profileGroup').map(({ args }) => args[0] as { days: string[]; group: number });
    expect(made.flatMap(({ days: own, group }) => own.map((day) => `${day}, ${group}`)).toSorted()).toEqual(
      days.flatMap((day) => [`${day}, 0`, `${day}, 1`, `${day}, 2`]).toSorted(),
    );
    expect(most).toBeLessThanOrEqual(8);
    const joined = fake.callsTo('joinGroups').map(({ args }) => args[0] as { days: string[]; groups: number });
    expect(joined.flatMap(({ days: own }) => own).toSorted()).toEqual(days.toSorted());
    expect(joined.every(({ groups }) => groups === 3)).toBe(true);
    const names = fake.calls.map(({ name }) => name);
    expect(names.indexOf('joinGroups')).toBeGreaterThan(names.lastIndexOf('profileGroup'));
    expect(names.indexOf('measureCheck')).toBeGreaterThan(names.lastIndexOf('joinGroups'));
    expect(names).not.toContain('profileDays');
  });
});

describe('a storm of alarms', () => {
  it('of a hundred in the same moment starts exactly one run, and none while that one cools down', async () => {
    const work = aDoor();
    const model = 'storm';
    const cooling = () => (fake.callsTo('closeRun').length > 0 ? 'cooling-down' : 'retrain');
    const fake = fakeActivities(aPlan({ snapshot }, { model }), {
      recordCheck: () => ({ ...anOpenedAlarm, reaction: cooling() }),
      takeSnapshot: async () => {
        await work.opened;
        return { id: 'snap', key: 'k', rows: { train: 1, validation: 1, holdout: 1 } };
      },
    });
    await withWorker(environment, fake.activities, async () => {
      const checks = await Promise.all(Array.from({ length: 100 }, (_, minute) => runCheck(model, instant(minute))));
      const reactions = checks.map(({ reaction }) => reaction).toSorted();
      expect(reactions).toEqual([...Array(99).fill('run-joined'), 'run-started']);
      work.open();
      await environment.client.workflow.getHandle(workflowIds.retrain(model)).result();
      expect((await runCheck(model, instant(100))).reaction).toBe('cooling-down');
    });
    expect(fake.callsTo('openRun')).toHaveLength(1);
  });

  it('tells an open run of every alarm that joins, however quickly runs close and open', async () => {
    const model = 'brief';
    const fake = fakeActivities(aPlan({}, { model }));
    await withWorker(environment, fake.activities, async () => {
      const later = async (minute: number) => {
        await new Promise((turn) => setTimeout(turn, minute * 50));
        return await runCheck(model, instant(minute));
      };
      const checks = await Promise.all(Array.from({ length: 60 }, (_, minute) => later(minute)));
      const started = checks.filter(({ reaction }) => reaction === 'run-started').length;
      await until(() => fake.callsTo('closeRun').length === started);
      expect(await signalsTo(model, fake)).toBe(checks.length - started);
    });
  });
});

/** How many triggers the runs of a model have heard of while they were open. */
async function signalsTo(model: string, fake: ReturnType<typeof fakeActivities>): Promise<number> {
  let signals = 0;
  for (const { args } of fake.callsTo('openRun')) {
    const { temporalRunId } = args[0] as { temporalRunId: string };
    const run = environment.client.workflow.getHandle(workflowIds.retrain(model), temporalRunId);
    const { events } = await run.fetchHistory();
    signals += events?.filter((event) => event.workflowExecutionSignaledEventAttributes).length ?? 0;
  }
  return signals;
}
