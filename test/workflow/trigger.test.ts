import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOrJoinRun } from '../../src/api/temporal/runs.ts';
import type { CompiledPlan } from '../../src/plan/plan.ts';
import type { Trigger } from '../../src/registry/registry.ts';
import type { retrain } from '../../workflows/retrain.ts';
import { skippingTime, withWorker } from './environment.ts';
import { fakeActivities } from './fake-activities.ts';
import { aPlan, snapshot } from './plans.ts';
import { aDoor, asOf, byRob, until } from './story.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await skippingTime();
});
afterAll(async () => {
  await environment.teardown();
});

const byAlarm: Trigger = { kind: 'alarm', by: 'check:2026-01-02', reason: 'temp moved' };
const later = '2026-01-02T00:00:00.000Z';

/** Two triggers for one model, the second while the first run is open; then both ends. */
async function triggerTwice(plan: CompiledPlan) {
  const work = aDoor();
  const fake = fakeActivities(plan);
  const slowly = {
    ...fake.activities,
    takeSnapshot: async (...args: never[]) => {
      const taken = await fake.activities.takeSnapshot?.(...args);
      await work.opened;
      return taken;
    },
  };
  const { client } = environment;
  const { model } = plan.file;
  const joined = await withWorker(environment, slowly, async () => {
    const first = await startOrJoinRun(client, { model, asOf, trigger: byRob });
    await until(() => fake.callsTo('takeSnapshot').length > 0);
    const second = await startOrJoinRun(client, { model, asOf: later, trigger: byAlarm });
    const third = await startOrJoinRun(client, { model, asOf: later, trigger: { ...byAlarm, by: 'check:again' } });
    work.open();
    await client.workflow.getHandle<typeof retrain>(first.workflowId).result();
    return [first, second, third].map((started) => started.joined);
  });
  return { joined, opened: fake.callsTo('openRun').map(({ args }) => args[0]) };
}

describe('a trigger that comes while a run of the model is open', () => {
  it('joins it: there is exactly one run', async () => {
    const { joined, opened } = await triggerTwice(aPlan({ snapshot }, { model: 'joins' }));
    expect(joined).toEqual([false, true, true]);
    expect(opened).toEqual([expect.objectContaining({ asOf, trigger: byRob })]);
  });

  it('runs after it, once, with its own instant and reason, where the plan says queue', async () => {
    const { joined, opened } = await triggerTwice(
      aPlan({ snapshot }, { model: 'queues', retrain: { whenBusy: 'queue' } }),
    );
    expect(joined).toEqual([false, true, true]);
    expect(opened).toEqual([
      expect.objectContaining({ asOf, trigger: byRob }),
      expect.objectContaining({ asOf: later, trigger: byAlarm }),
    ]);
    const runs = new Set(opened.map((run) => (run as { temporalRunId: string }).temporalRunId));
    expect(runs.size).toBe(2);
  });
});
