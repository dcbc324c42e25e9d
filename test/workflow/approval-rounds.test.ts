import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ApprovalVote,
  approveSignal,
  approveUpdate,
  type PendingApproval,
  progressQuery,
  type RunProgress,
  rejectUpdate,
  taskQueues,
} from '../../workflows/messages.ts';
import { retrain } from '../../workflows/retrain.ts';
import { skippingTime, withWorker } from './environment.ts';
import { aJudgement, anAskedApproval, fakeActivities } from './fake-activities.ts';
import { aPlan, approve, evaluate, rollout } from './plans.ts';
import { aDoor, asOf, byRob, refusal, until } from './story.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await skippingTime();
});
afterAll(async () => {
  await environment?.teardown();
});

const vote = (change: Partial<ApprovalVote> = {}): ApprovalVote => ({
  ...{ by: 'ana', roles: ['approver'], reason: 'looks right', evidence: 'evidence-a', via: 'client' },
  ...change,
});
let runs = 0;

async function start() {
  const args: Parameters<typeof retrain> = [{ model: 'm', asOf, trigger: byRob }];
  const workflowId = `retrain:rounds${runs++}`;
  const run = await environment.client.workflow.start(retrain, { taskQueue: taskQueues.control, workflowId, args });
  const progress = async (): Promise<RunProgress> => await run.query(progressQuery);
  const waiting = async (wanted: Partial<PendingApproval> = {}) => {
    const isWanted = (asked: PendingApproval | null) =>
      asked !== null && Object.entries(wanted).every(([key, value]) => asked[key as keyof PendingApproval] === value);
    await until(async () => isWanted((await progress()).approval));
  };
  const approveWith = (change: Partial<ApprovalVote> = {}) =>
    run.executeUpdate(approveUpdate, { args: [vote(change)] });
  return { run, progress, waiting, approveWith };
}

type Fake = ReturnType<typeof fakeActivities>;
const events = (fake: Fake, kind: string) =>
  fake.callsTo('recordEvent').flatMap(({ args }) => {
    const event = args[0] as { kind: string; by: { name: string }; reason: string; details: Record<string, unknown> };
    return event.kind === kind ? [event] : [];
  });

describe('a quorum', () => {
  it('waits for so many people; each vote is an event of its own, and the decision holds them all', async () => {
    const fake = fakeActivities(aPlan({ evaluate, approve: { ...approve, by: ['approver', 'risk'], quorum: 2 } }));
    await withWorker(environment, fake.activities, async () => {
      const { run, waiting, approveWith, progress } = await start();
      await waiting();
      expect(await approveWith()).toBe('1 of 2 approve: ana');
      expect((await progress()).approval?.votes).toMatchObject([{ by: 'ana', role: 'approver' }]);
      expect(await refusal(approveWith())).toContain('ana has approved already');
      const lent = [{ role: 'risk', holder: 'eve', until: '2099-01-01T00:00:00.000Z' }];
      expect(await approveWith({ by: 'bo', roles: ['viewer'], lent })).toBe('approved by ana and bo for eve');
      expect((await run.result()).outcome).toBe('completed');
    });
    expect(events(fake, 'approval.vote').map(({ by, details }) => [by.name, details.holder])).toEqual([
      ['ana', null],
      ['bo', 'eve'],
    ]);
    expect(fake.callsTo('recordApproval')[0]?.args[0]).toMatchObject({
      decision: { votes: [{ by: 'ana' }, { by: 'bo' }] },
    });
  });
});

describe('an approval whose evidence has changed', () => {
  it('is void, stays in the audit, and is asked again for what was judged anew; only that is rolled out', async () => {
    const changes = [{ why: 'v1 is not the champion any more', judgeAgain: true }, null];
    const asked = [
      anAskedApproval,
      { ...anAskedApproval, evidence: 'evidence-b', winner: { candidate: 'linear', version: 3 } },
    ];
    const judged = [aJudgement(), aJudgement({ digest: 'evidence-b', winner: { candidate: 'linear', version: 3 } })];
    const fake = fakeActivities(aPlan({ evaluate, approve, rollout }), {
      evaluate: () => judged.shift(),
      askApproval: () => asked.shift(),
      findChange: () => changes.shift(),
    });
    await withWorker(environment, fake.activities, async () => {
      const { run, waiting, approveWith } = await start();
      await waiting();
      expect(await approveWith()).toBe('approved by ana');
      await waiting({ round: 2 });
      expect(await refusal(approveWith({ by: 'eve' }))).toContain('the vote is for evidence evidence-a');
      expect(await approveWith({ by: 'eve', evidence: 'evidence-b' })).toBe('approved by eve');
      expect(await run.result()).toMatchObject({ outcome: 'promoted', version: 3 });
    });
    expect(events(fake, 'approval.void')).toMatchObject([
      { reason: expect.stringContaining('v1 is not the champion any more'), details: { votes: ['ana'], round: 1 } },
    ]);
    expect(events(fake, 'approval.vote').map(({ details }) => details.evidence)).toEqual(['evidence-a', 'evidence-b']);
    expect(fake.callsTo('recordApproval').map(({ args }) => args[0])).toMatchObject([{ version: 3, round: 2 }]);
  });

  it('ends the run when nothing passes any more', async () => {
    const asked = [anAskedApproval, { ...anAskedApproval, winner: null }];
    const fake = fakeActivities(aPlan({ evaluate, approve, rollout }), {
      askApproval: () => asked.shift(),
      findChange: () => ({ why: 'it was judged again', judgeAgain: false }),
    });
    await withWorker(environment, fake.activities, async () => {
      const { run, waiting, approveWith } = await start();
      await waiting();
      await approveWith();
      expect(await run.result()).toMatchObject({ outcome: 'nothing-better', version: null });
    });
    expect(fake.callsTo('recordApproval')).toEqual([]);
    expect(fake.callsTo('enterStep')).toEqual([]);
  });
});

describe('several approve stages', () => {
  it('are asked one after the other, and a vote is for one of them', async () => {
    const needs = ['evaluate'];
    const plan = aPlan({ evaluate, approver: { ...approve, needs }, risk: { ...approve, by: ['risk'], needs } });
    const fake = fakeActivities(plan);
    await withWorker(environment, fake.activities, async () => {
      const { run, waiting, approveWith, progress } = await start();
      await waiting();
      // Whichever found its evidence first asks first; each stage is named like the role that it asks.
      const first = (await progress()).approval?.stage ?? '';
      const second = first === 'risk' ? 'approver' : 'risk';
      expect(await refusal(approveWith({ stage: second, roles: [second] }))).toContain(`"${first}" waits`);
      await approveWith({ stage: first, roles: [first] });
      await waiting({ stage: second });
      expect(await refusal(approveWith({ roles: [first] }))).toContain(`one of ${second} is needed`);
      await approveWith({ by: 'eve', roles: [second] });
      expect((await run.result()).outcome).toBe('completed');
    });
    expect(fake.callsTo('recordApproval')).toHaveLength(2);
  });
});

describe('who decides', () => {
  it('may have to be proven: a signal is then refused, and recorded', async () => {
    const fake = fakeActivities(aPlan({ evaluate, approve: { ...approve, proven: true } }));
    await withWorker(environment, fake.activities, async () => {
      const { run, waiting, approveWith } = await start();
      await waiting();
      await run.signal(approveSignal, vote());
      await until(() => events(fake, 'approval.refused').length > 0);
      await approveWith({ by: 'eve' });
      expect((await run.result()).summary).toContain('approved by eve');
    });
    expect(events(fake, 'approval.refused')[0]?.reason).toContain('a signal proves nobody');
  });

  it('may be the gates alone, which is recorded as such', async () => {
    const fake = fakeActivities(aPlan({ evaluate, approve: { kind: 'approve', auto: true } }));
    await withWorker(environment, fake.activities, async () => {
      expect((await (await start()).run.result()).outcome).toBe('completed');
    });
    expect(fake.callsTo('recordApproval')[0]?.args[0]).toMatchObject({
      decision: { verdict: 'approved', by: 'gates' },
    });
    expect(fake.callsTo('notify')).toEqual([]);
  });
});

describe('a vote that comes too late', () => {
  it('is told that the deadline has decided', async () => {
    const door = aDoor();
    const late = { ...approve, within: '1h', otherwise: 'approve' };
    const fake = fakeActivities(aPlan({ evaluate, approve: late, publish: { kind: 'command', run: ['x'] } }), {
      runCommand: async () => {
        await door.opened;
        return { lastLine: 'published', seconds: 1 };
      },
    });
    await withWorker(environment, fake.activities, async () => {
      const { run, waiting, approveWith } = await start();
      await waiting();
      await environment.sleep('1h');
      await until(() => fake.callsTo('runCommand').length > 0);
      expect(await refusal(approveWith())).toBe(
        "too late: nobody decided within 1h, and the plan's default is approve",
      );
      door.open();
      await run.result();
    });
    expect(fake.callsTo('recordApproval')[0]?.args[0]).toMatchObject({
      decision: { by: 'deadline', verdict: 'approved' },
    });
  });

  it('does not undo a cancel; what was given before it stays in the audit', async () => {
    const fake = fakeActivities(aPlan({ evaluate, approve: { ...approve, quorum: 2 } }));
    await withWorker(environment, fake.activities, async () => {
      const { run, waiting, approveWith } = await start();
      await waiting();
      await approveWith();
      await run.cancel();
      await run.result().catch(() => undefined);
      await run.executeUpdate(rejectUpdate, { args: [vote({ by: 'eve' })] }).catch(() => undefined);
    });
    expect(events(fake, 'approval.vote').map(({ by }) => by.name)).toEqual(['ana']);
    expect(fake.callsTo('recordApproval')).toEqual([]);
    expect(fake.callsTo('closeRun').map(({ args }) => args[0])).toMatchObject([{ outcome: 'cancelled' }]);
  });
});
