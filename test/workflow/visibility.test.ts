import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOrJoinRun } from '../../src/api/temporal/runs.ts';
import { approveUpdate, progressQuery, taskQueues } from '../../workflows/messages.ts';
import type { retrain } from '../../workflows/retrain.ts';
import { devServer, withWorker } from './environment.ts';
import { fakeActivities } from './fake-activities.ts';
import { aPlan, approve, evaluate, rollout, snapshot, train } from './plans.ts';
import { aDoor, asOf, byRob, until } from './story.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await devServer();
});
afterAll(async () => {
  await environment.teardown();
});

/** Ids that a query in Temporal UI finds; what was just written becomes visible a moment later. */
async function found(query: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { workflowId } of environment.client.workflow.list({ query })) ids.push(workflowId);
  return ids.toSorted();
}

const finds = (query: string, ids: readonly string[]) =>
  expect.poll(() => found(query), { timeout: 10_000, message: query }).toEqual(ids);

describe('Temporal UI alone tells the story of a run', () => {
  it('by its search attributes, its summary and its details, while it runs and after', {
    timeout: 30_000,
  }, async () => {
    const fake = fakeActivities(aPlan({ snapshot, boosted: train, evaluate, approve, rollout }));
    await withWorker(environment, fake.activities, async () => {
      const { client } = environment;
      await startOrJoinRun(client, { model: 'm', asOf, trigger: byRob });
      const run = client.workflow.getHandle<typeof retrain>('retrain:m');
      await until(async () => (await run.query(progressQuery)).approval !== null);
      await finds(`PerennialVerdict = 'waiting-for-approval' AND ExecutionStatus = 'Running'`, ['retrain:m']);
      await finds(`PerennialStage = 'approve'`, ['retrain:m']);

      const vote = { by: 'ana', roles: ['approver'], reason: 'good', evidence: 'evidence-a', via: 'client' } as const;
      await run.executeUpdate(approveUpdate, { args: [vote] });
      await run.result();

      const training = 'retrain:m/m-r1/boosted/1';
      await finds(`PerennialModel = 'm'`, ['retrain:m', training, 'rollout:m-v2-r1']);
      await finds(`PerennialModel = 'm' AND PerennialTrigger = 'manual'`, ['retrain:m']);
      await finds(`PerennialVersion = 'm@2' AND PerennialVerdict = 'promoted'`, ['retrain:m', 'rollout:m-v2-r1']);

      const { staticSummary } = await run.describe();
      expect(await staticSummary()).toBe('m as of 2026-01-01');
      expect(await (await client.workflow.getHandle(training).describe()).staticSummary()).toBe('m-r1: boosted');
      expect(await detailsOf('retrain:m')).toContain(
        '| ✔ passed | **evaluate** (evaluate) | boosted@2 auc 0.74 pass |',
      );
      expect(await detailsOf('rollout:m-v2-r1')).toContain('**m@2** promoted, 100 % of the traffic.');
      expect(await detailsOf(training)).toContain('Trained in 1.0 s');
    });
  });
});

describe('the stage that Temporal UI shows', () => {
  it('costs a run of short stages few events, and is that of a long stage within seconds', {
    timeout: 30_000,
  }, async () => {
    const command = { kind: 'command' as const, run: ['tool'] };
    const short = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`short${at}`, command]));
    const mayEnd = aDoor();
    const fake = fakeActivities(aPlan({ ...short, long: command }), {
      runCommand: async ({ stage }: { stage: string }) => {
        if (stage === 'long') await mayEnd.opened;
        return { lastLine: 'done', seconds: 0 };
      },
    });
    await withWorker(environment, fake.activities, async () => {
      const run = await environment.client.workflow.start('retrain', {
        taskQueue: taskQueues.control,
        workflowId: 'retrain:paced',
        args: [{ model: 'm', asOf, trigger: byRob }],
      });
      const startedAt = async () =>
        (await run.query(progressQuery)).stages.find(({ name }) => name === 'long')?.startedAt ?? null;
      await until(async () => (await startedAt()) !== null);
      const running = Date.parse((await startedAt()) ?? '');
      await until(async () => (await detailsOf('retrain:paced')).includes('| ● running | **long** (command) |'));
      expect(Date.now() - running).toBeLessThan(4_000);
      await finds(`PerennialStage = 'long'`, ['retrain:paced']);

      mayEnd.open();
      await run.result();
      expect(await detailsOf('retrain:paced')).toContain('| ✔ passed | **long** (command) | done |');
      await finds(`WorkflowId = 'retrain:paced' AND PerennialStage = ''`, ['retrain:paced']);
      const { events } = await run.fetchHistory();
      const shown = events?.filter((event) => event.upsertWorkflowSearchAttributesEventAttributes) ?? [];
      expect(shown.length).toBeLessThan(10);
    });
  });
});

async function detailsOf(workflowId: string): Promise<string> {
  const metadata = await environment.client.workflow
    .getHandle(workflowId)
    .query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  return metadata.currentDetails ?? '';
}
