import { ApplicationFailure } from '@temporalio/common';
import { patched } from '@temporalio/workflow';
import type { Judgement } from '../activities/evaluation.ts';
import { nameOf } from '../src/approval/outcome.ts';
import type { Barred, CountedVote } from '../src/approval/vote.ts';
import type { CompiledPlan } from '../src/plan/plan.ts';
import type { ApproveStage } from '../src/plan/schema.ts';
import type { RunRecord } from '../src/registry/registry.ts';
import type { ApprovalDecision, ApprovalDesk } from './approval.ts';
import { notify } from './notices.ts';
import { approvals, registry } from './proxies.ts';

/** What an approve stage uses of its run. */
export interface ApprovalContext {
  readonly run: RunRecord;
  readonly plan: CompiledPlan;
  readonly approval: ApprovalDesk;
}

/** What was decided about: a rollout takes this and nothing else. */
export interface Released {
  readonly version: number;
  readonly candidate: string;
  /** sha256 of the report that was approved. */
  readonly evidence: string;
}

export interface ApprovalEnd {
  readonly detail: string;
  /** Null: the evidence has changed, and nothing is left to approve. */
  readonly result: (ApprovalDecision & Released) | null;
  /** Set when the run ends here. */
  readonly conclusion?: { readonly outcome: 'rejected' | 'nothing-better'; readonly version: number | null };
}

type Stage = { readonly name: string; readonly spec: ApproveStage };

interface Asked extends Released {
  readonly round: number;
  /** Object key of the report. */
  readonly evaluation: string;
  readonly barred: readonly Barred[];
}

/**
 * Asks people, or the gates alone. An approval is for the evidence that it saw: when that has changed by the time of the decision
 * (judged again, or another champion), the votes are void, stay in the audit, and everybody is asked again.
 *
 * @param judgeAgain evaluates the candidates anew, against the champion of now
 */
export async function awaitApproval(
  context: ApprovalContext,
  stage: Stage,
  judged: Judgement,
  judgeAgain: () => Promise<Judgement>,
): Promise<ApprovalEnd> {
  // Runs that were open before votes were kept go on as they began.
  if (!patched('approvals-are-audited')) {
    const asked = asJudged(context, stage, judged);
    return await settle(context, asked, await decide(context, stage, asked, null));
  }
  let latest = judged;
  for (let round = 1; round <= roundsAtMost; round += 1) {
    const asked = await ask(context, stage, latest, round);
    if (asked === null) return await nothingLeft(context, stage, round);
    const decision = stage.spec.auto ? byGates : await decide(context, stage, asked, keeper(context, stage, asked));
    const changed = decision.verdict === 'rejected' ? null : await findChange(context, latest, asked);
    if (changed === null) return await settle(context, asked, decision, stage.name);
    await recordVoid(context, stage, asked, decision, changed.why);
    if (changed.judgeAgain) latest = await judgeAgain();
  }
  throw ApplicationFailure.nonRetryable(
    `the evidence changed ${roundsAtMost} times while it waited for approval: retry the stage when it holds still`,
    'PRN-APPROVAL-004',
  );
}

const roundsAtMost = 10;

const byGates: ApprovalDecision = {
  ...{ verdict: 'approved', by: 'gates', via: 'workflow', votes: [] },
  reason: 'the plan asks nobody: its gates decide',
};

function asJudged({ run }: ApprovalContext, { spec }: Stage, { winner, digest, key }: Judgement): Asked {
  // The plan's order has made sure that somebody has won.
  const { version = 0, candidate = '' } = winner ?? {};
  const barred = spec.fourEyes ? [{ name: run.trigger.by, why: 'asked for this run' }] : [];
  return { version, candidate, evidence: digest, evaluation: key, round: 1, barred };
}

/** The evidence as it lies in the store now: a copy is kept under its own digest, whatever becomes of the report. */
async function ask(
  { run }: ApprovalContext,
  { name, spec }: Stage,
  { key }: Judgement,
  round: number,
): Promise<Asked | null> {
  const { winner, ...asked } = await approvals.askApproval({
    ...{ run: run.run, model: run.model, stage: name, round, key },
    ...{ requestedBy: run.trigger.by, fourEyes: spec.fourEyes },
  });
  return winner && { ...asked, ...winner, round };
}

async function nothingLeft(context: ApprovalContext, { name }: Stage, round: number): Promise<ApprovalEnd> {
  const detail = 'the evidence has changed while it waited: no candidate passes the gates any more';
  const { run } = context.run;
  await notify(context, { on: 'rejected', event: `${name}/${round}/nothing-left`, text: `${run}: ${detail}` });
  return { result: null, detail, conclusion: { outcome: 'nothing-better', version: null } };
}

async function decide(
  context: ApprovalContext,
  { name, spec }: Stage,
  asked: Asked,
  keep: ((vote: CountedVote) => Promise<void>) | null,
): Promise<ApprovalDecision> {
  const { run, approval } = context;
  const { version, round, candidate, evidence, evaluation, barred } = asked;
  const tell = (event: string, text: string) =>
    notify(context, {
      on: 'approval',
      event: `${name}/${round}/${event}`,
      text: `${run.run}: ${text}`,
      version,
      evidence: evaluation,
    });
  const again = round > 1 ? 'again, because its evidence has changed, ' : '';
  // Beside the wait, not before it: an address that does not answer must not keep anybody from voting.
  const told = tell('asked', `${run.model}@${version} waits ${again}for approval by ${spec.by.join(' or ')}`);
  const decision = await approval.decide({
    question: {
      ...{ stage: name, round, evidence, evaluation, version, candidate, barred },
      requestedBy: run.trigger.by,
    },
    spec,
    onEscalate: (to) => tell('escalated', `nobody has decided; escalated to ${to.join(', ')}`),
    keep,
  });
  await told;
  return decision;
}

/** Each vote that counts is an event of its model, also when it decides nothing. A run does not break over it. */
function keeper({ run }: ApprovalContext, { name }: Stage, { version, round }: Asked) {
  return async ({ by, via, reason, ...vote }: CountedVote): Promise<void> => {
    const { choice, at, ...details } = vote;
    await registry
      .recordEvent({
        ...{ model: run.model, run: run.run, version, kind: 'approval.vote', by: { name: by, via }, reason },
        details: { choice, stage: name, round, ...details },
        key: `${run.run}/${name}/${round}/${choice}/${by}/${at}`,
      })
      .catch(() => undefined);
  };
}

async function findChange({ run }: ApprovalContext, { key }: Judgement, { evidence, evaluation }: Asked) {
  return await approvals.findChange({ model: run.model, key, evidence, evaluation });
}

async function recordVoid(
  { run }: ApprovalContext,
  { name }: Stage,
  { round, evidence, version }: Asked,
  { by, votes }: ApprovalDecision,
  why: string,
): Promise<void> {
  await registry.recordEvent({
    ...{ model: run.model, run: run.run, version, kind: 'approval.void', by: { name: 'perennial', via: 'workflow' } },
    reason: `approved by ${by}, but ${why}: asked again`,
    details: { stage: name, round, evidence, votes: votes.map(nameOf) },
    key: `${run.run}/${name}/${round}/void`,
  });
}

async function settle(
  context: ApprovalContext,
  { version, candidate, evidence, evaluation, round }: Asked,
  decision: ApprovalDecision,
  stage?: string,
): Promise<ApprovalEnd> {
  const { run, model } = context.run;
  await registry.recordApproval({ run, model, version, decision, evidence, evaluation, round });
  const detail = `${decision.verdict} by ${decision.by}: ${decision.reason}`;
  const result = { ...decision, version, candidate, evidence };
  if (decision.verdict === 'approved') return { result, detail };
  const text = `${run}: ${model}@${version} ${detail}`;
  if (stage !== undefined)
    await notify(context, { on: 'rejected', event: `${stage}/${round}/rejected`, text, version, evidence: evaluation });
  return { result, detail, conclusion: { outcome: 'rejected', version } };
}
