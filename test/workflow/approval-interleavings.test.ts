import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Deed, people, planOf, type Script, writeScript } from '../../bench/evaluation/approval-script.ts';
import { seededRandom } from '../../src/evaluation/random.ts';
import { approveUpdate, rejectUpdate, taskQueues } from '../../workflows/messages.ts';
import { retrain } from '../../workflows/retrain.ts';
import { devServer, withWorker } from './environment.ts';
import { fakeActivities } from './fake-activities.ts';
import { asOf, byRob, until } from './story.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await devServer();
});
afterAll(async () => {
  await environment?.teardown();
});

/** The bench does this a thousand times against the real registry and API, with workers that are killed. */
const count = 12;
const random = seededRandom(62);
const scripts = Array.from({ length: count }, (_, at): Script => {
  const { model, approve, deeds } = writeScript(`m${at}`, random);
  const { quorum, otherwise, proven } = approve;
  return { model, approve: { quorum, otherwise, proven, within: '2s' }, deeds };
});

const plans = new Map(scripts.map((script) => [script.model, planOf(script)]));
const fake = fakeActivities(planOf(scripts[0] as Script), {
  openRun: ({ model, ...run }: { model: string }) => ({
    plan: plans.get(model),
    run: { ...run, model, run: `${model}-r1`, trigger: byRob },
  }),
});
const callsOf = (name: string, model: string) =>
  fake.callsTo(name).flatMap(({ args }) => {
    const call = args[0] as { run: string; kind?: string; outcome?: string; by: { name: string; via: string } };
    return call.run === `${model}-r1` ? [call] : [];
  });

interface Answered {
  readonly deed: Deed;
  readonly message: string;
  readonly refused: boolean;
}

let done = 0;

async function play({ model, deeds }: Script): Promise<readonly Answered[]> {
  const { workflow } = environment.client;
  const args: Parameters<typeof retrain> = [{ model, asOf, trigger: byRob }];
  const handle = await workflow.start(retrain, { taskQueue: taskQueues.control, workflowId: `retrain:${model}`, args });
  const answers: Answered[] = [];
  for (const { deed } of deeds) {
    const asked = perform(handle, deed);
    answers.push(
      await asked.then(
        (message) => ({ deed, message, refused: false }),
        (error: Error) => ({ deed, message: String(error.cause ?? error), refused: true }),
      ),
    );
    done += 1;
  }
  await handle.result().catch(() => undefined);
  return answers;
}

async function perform(handle: Awaited<ReturnType<typeof environment.client.workflow.start>>, deed: Deed) {
  if (deed.kind === 'cancel') return String((await handle.cancel()) ?? '');
  const vote = { by: deed.by, reason: 'drawn by lot' };
  if (deed.kind === 'signal') return String((await handle.signal(deed.choice, vote)) ?? '');
  const given = {
    ...vote,
    roles: people[deed.by],
    via: 'client' as const,
    evidence: deed.wrong ? 'other' : 'evidence-a',
  };
  return await handle.executeUpdate(deed.choice === 'approve' ? approveUpdate : rejectUpdate, { args: [given] });
}

describe('a dozen random interleavings of votes, signals, cancels, deadlines and workers that go away', () => {
  it('each have exactly one outcome, which is what every voter was told', async () => {
    const played = Promise.all(scripts.map(play));
    const all = scripts.reduce((sum, { deeds }) => sum + deeds.length, 0);
    await withWorker(environment, fake.activities, () => until(() => done >= all / 3));
    const answers = await withWorker(environment, fake.activities, () => played);
    for (const [at, { model }] of scripts.entries()) {
      const closed = callsOf('closeRun', model).map(({ outcome }) => outcome);
      const decided = fake.callsTo('recordApproval').flatMap(({ args }) => {
        const { run, decision } = args[0] as { run: string; decision: { verdict: string } };
        return run === `${model}-r1` ? [decision.verdict] : [];
      });
      const told = (answers[at] ?? []).filter(({ refused }) => !refused).map(({ message }) => message);
      expect(closed, model).toHaveLength(1);
      if (closed[0] !== 'cancelled') {
        expect(decided, model).toEqual([closed[0] === 'completed' ? 'approved' : 'rejected']);
        const other = closed[0] === 'completed' ? 'rejected by' : 'approved by';
        expect(
          told.filter((message) => message.startsWith(other)),
          model,
        ).toEqual([]);
      } else expect(decided.length, model).toBeLessThanOrEqual(1);
      const kept = callsOf('recordEvent', model).filter(({ kind }) => kind === 'approval.vote');
      const taken = (answers[at] ?? []).filter(({ deed, refused }) => deed.kind === 'vote' && !refused);
      for (const { deed } of taken)
        expect(
          kept.map(({ by }) => `${by.name} ${by.via}`),
          model,
        ).toContain(deed.kind === 'vote' ? `${deed.by} client` : '');
    }
  });
});
