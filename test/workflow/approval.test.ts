import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CompiledPlan } from '../../src/plan/plan.ts';
import {
  type ApprovalVote,
  approveSignal,
  approveUpdate,
  progressQuery,
  type RunProgress,
  rejectUpdate,
  taskQueues,
} from '../../workflows/messages.ts';
import { retrain } from '../../workflows/retrain.ts';
import { skippingTime, withWorker } from './environment.ts';
import { fakeActivities } from './fake-activities.ts';
import { aPlan, approve, evaluate } from './plans.ts';
import { refusal, until } from './story.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await skippingTime();
});
afterAll(async () => {
  await environment.teardown();
});

const vote = (change: Partial<ApprovalVote> = {}): ApprovalVote => ({
  by: 'ana',
  roles: ['approver'],
  reason: 'looks right',
  evidence: 'evidence-a',
  via: 'client',
  ...change,
});
let runs = 0;

async function start(plan: CompiledPlan) {
  const fake = fakeActivities(plan);
  const handle = async () => {
    const started = await environment.client.workflow.start(retrain, {
      taskQueue: taskQueues.control,
      workflowId: `retrain:m${runs++}`,
      args: [{ model: 'm', asOf: '2026-01-01T00:00:00.000Z', trigger: { kind: 'manual', by: 'rob' } }],
    });
    await until(async () => (await started.query(progressQuery)).state === 'waiting-for-approval');
    return started;
  };
  return { fake, handle };
}

describe('the approval of a run', () => {
  it('is refused to who asked for the run, to the wrong role, without a reason and for other evidence; and leaves no trace in the history', async () => {
    const { fake, handle } = await start(aPlan({ evaluate, approve }));
    await withWorker(environment, fake.activities, async () => {
      const run = await handle();
      const approveWith = (change: Partial<ApprovalVote>) =>
        refusal(run.executeUpdate(approveUpdate, { args: [vote(change)] }));
      expect(await approveWith({ by: 'rob' })).toContain('rob asked for this run and may not approve it');
      expect(await approveWith({ roles: ['viewer'] })).toContain('one of approver is needed');
      expect(await approveWith({ reason: ' ' })).toContain('needs a reason');
      expect(await approveWith({ evidence: 'evidence-b' })).toContain('the vote is for evidence evidence-b');
      expect(await approveWith({ evidence: undefined as never })).toContain('does not name the evidence');
      const { events } = await run.fetchHistory();
      expect(events?.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes)).toEqual([]);

      expect(await run.executeUpdate(approveUpdate, { args: [vote()] })).toBe('approved by ana');
      await run.result();
      expect(fake.callsTo('recordApproval')[0]?.args[0]).toMatchObject({
        version: 2,
        evidence: 'evidence-a',
        decision: { verdict: 'approved', by: 'ana' },
      });
    });
  });

  it('ends the run as rejected when somebody rejects', async () => {
    const { fake, handle } = await start(aPlan({ evaluate, approve }));
    await withWorker(environment, fake.activities, async () => {
      const run = await handle();
      await run.executeUpdate(rejectUpdate, { args: [vote({ reason: 'not on a Friday' })] });
      expect(await run.result()).toMatchObject({
        outcome: 'rejected',
        version: 2,
        summary: 'rejected by ana: not on a Friday',
      });
    });
  });

  it('counts by signal too; a refused signal is recorded as an event', async () => {
    const { fake, handle } = await start(aPlan({ evaluate, approve }));
    await withWorker(environment, fake.activities, async () => {
      const run = await handle();
      await run.signal(approveSignal, { by: 'rob', reason: 'me again' } as ApprovalVote);
      await until(async () => fake.callsTo('recordEvent').length > 0);
      expect(fake.callsTo('recordEvent')[0]?.args[0]).toMatchObject({
        kind: 'approval.refused',
        reason: expect.stringContaining('four eyes'),
      });
      await run.signal(approveSignal, { by: 'ana', reason: 'from Temporal UI' } as ApprovalVote);
      expect((await run.result()).outcome).toBe('completed');
    });
  });

  it('survives a malformed signal', async () => {
    const { fake, handle } = await start(aPlan({ evaluate, approve }));
    await withWorker(environment, fake.activities, async () => {
      const run = await handle();
      await run.signal('approve', null);
      await run.signal('approve');
      await run.executeUpdate(approveUpdate, { args: [vote()] });
      expect((await run.result()).outcome).toBe('completed');
    });
  });

  it('escalates after its time and takes the default when seven days have passed, in a moment of real time', async () => {
    const { fake, handle } = await start(
      aPlan(
        { evaluate, approve: { ...approve, within: '7d', escalate: { after: '2d', to: ['boss'] } } },
        { notify: [{ on: ['approval'], webhook: 'http://127.0.0.1:9/' }] },
      ),
    );
    const startedAt = Date.now();
    await withWorker(environment, fake.activities, async () => {
      const run = await handle();
      const { approval } = (await run.query(progressQuery)) as RunProgress;
      expect(approval).toMatchObject({
        evidence: 'evidence-a',
        requestedBy: 'rob',
        escalated: false,
        roles: ['approver'],
      });
      expect(await run.result()).toMatchObject({
        outcome: 'rejected',
        summary: expect.stringContaining('nobody decided within 7d'),
      });
    });
    const escalation = fake.callsTo('notify').map(({ args }) => (args[0] as { text: string }).text);
    expect(escalation).toEqual([
      expect.stringContaining('waits for approval'),
      expect.stringContaining('escalated to boss'),
    ]);
    expect(Date.now() - startedAt).toBeLessThan(60_000);
  });
});
