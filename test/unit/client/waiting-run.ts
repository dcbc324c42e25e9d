import { ApplicationFailure, condition, setHandler } from '@temporalio/workflow';
import type { RetrainInput, RunProgress } from '../../../workflows/messages.ts';
import { approveUpdate, progressQuery, retryStageUpdate, triggerSignal } from '../../../workflows/messages.ts';

/** A run that has reached its approval and waits there: what API and client see of the real one, without its activities. */
export async function retrain({ model, asOf, trigger }: RetrainInput): Promise<string> {
  let joined = 0;
  let decision: string | null = null;
  setHandler(triggerSignal, () => {
    joined += 1;
  });
  setHandler(retryStageUpdate, ({ stage }) => `stage ${stage} starts again`);
  setHandler(
    approveUpdate,
    ({ by, reason }) => {
      decision = `${by}: ${reason}`;
      return `approved by ${by}`;
    },
    {
      validator: ({ evidence }) => {
        if (evidence !== 'seen') throw ApplicationFailure.nonRetryable('the vote is for other evidence', 'PRN-API-409');
      },
    },
  );
  setHandler(progressQuery, (): RunProgress => {
    const run = `${model}-r1`;
    const base = { run, model, asOf: asOf ?? '', trigger };
    const times = { startedAt: '2013-11-20T03:00:00.000Z', endedAt: null, attempt: 1, result: null };
    const stage = { ...times, name: 'approve', kind: 'approve', detail: `${joined} joined` };
    if (decision) {
      const result = { run, outcome: 'promoted' as const, version: 4, summary: decision };
      return { ...base, state: 'closed', stages: [{ ...stage, state: 'passed' }], approval: null, result };
    }
    const approval = {
      evidence: 'seen',
      evaluation: `runs/${run}/evaluation.json`,
      version: 4,
      candidate: 'boosted',
      roles: ['approver'],
      stage: 'approve',
      round: 1,
      quorum: 1,
      proven: false,
      barred: [],
      votes: [],
      requestedBy: trigger.by,
      deadline: '2013-11-22T03:00:00.000Z',
      escalated: false,
    };
    return { ...base, state: 'waiting-for-approval', stages: [{ ...stage, state: 'running' }], approval, result: null };
  });
  await condition(() => decision !== null);
  return 'done';
}
