import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reconcileSchedules } from '../../src/api/temporal/schedules.ts';
import type { CompiledPlan } from '../../src/plan/plan.ts';
import { retrainOnSchedule } from '../../workflows/check.ts';
import { taskQueues, workflowIds } from '../../workflows/messages.ts';
import { devServer, withWorker } from './environment.ts';
import { fakeActivities } from './fake-activities.ts';
import { aPlan, snapshot } from './plans.ts';
import { aDoor, asOf, until } from './story.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await devServer();
});
afterAll(async () => {
  await environment.teardown();
});

/** Lets a schedule of the model catch up on the fifth of March 2026. */
async function backfill(plan: CompiledPlan, scheduleId: string): Promise<void> {
  await reconcileSchedules(environment.client, plan.file);
  const handle = environment.client.schedule.getHandle(scheduleId);
  await handle.pause('only the past, in this test');
  const day = { start: new Date('2026-03-05T00:00:00Z'), end: new Date('2026-03-06T00:00:00Z') };
  await handle.backfill({ ...day, overlap: 'ALLOW_ALL' });
}

describe('what a schedule starts', () => {
  it('is a check of the data of the instant that the schedule meant, however late it runs', async () => {
    const plan = aPlan({ snapshot }, { model: 'checked', check: { schedule: '0 6,18 * * *' } });
    const fake = fakeActivities(plan, {
      measureCheck: () => ({ verdict: 'quiet', summary: 'nothing moved', evidence: null }),
    });
    await withWorker(environment, fake.activities, async () => {
      await backfill(plan, workflowIds.checkSchedule('checked'));
      await until(() => fake.callsTo('measureCheck').length === 2);
    });
    const checked = fake.callsTo('measureCheck').map(({ args }) => (args[0] as { asOf: string }).asOf);
    expect(checked.toSorted()).toEqual(['2026-03-05T06:00:00.000Z', '2026-03-05T18:00:00.000Z']);
  });

  it('is a run as of that instant', async () => {
    const plan = aPlan({ snapshot }, { model: 'trained', retrain: { schedule: '30 3 * * *' } });
    const fake = fakeActivities(plan);
    await withWorker(environment, fake.activities, async () => {
      await backfill(plan, workflowIds.retrainSchedule('trained'));
      await until(() => fake.callsTo('closeRun').length > 0);
    });
    expect(fake.callsTo('openRun')[0]?.args[0]).toMatchObject({
      asOf: '2026-03-05T03:30:00.000Z',
      workflowId: 'retrain:trained',
      trigger: { kind: 'schedule' },
    });
  });

  it('joins the run that is open already', async () => {
    const work = aDoor();
    const fake = fakeActivities(aPlan({ snapshot }, { model: 'busy' }), { closeRun: () => work.opened });
    const due = (workflowId: string) =>
      environment.client.workflow.execute(retrainOnSchedule, {
        taskQueue: taskQueues.control,
        workflowId,
        args: [{ model: 'busy', asOf, trigger: { kind: 'schedule', by: 'schedule' } }],
      });
    await withWorker(environment, fake.activities, async () => {
      expect(await due('retrain:busy-1')).toBe('run-started');
      expect(await due('retrain:busy-2')).toBe('run-joined');
      work.open();
      await environment.client.workflow.getHandle(workflowIds.retrain('busy')).result();
    });
    expect(fake.callsTo('openRun')).toHaveLength(1);
  });
});
