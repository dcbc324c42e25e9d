import { ApplicationFailure } from '@temporalio/common';
import { condition, setHandler, upsertSearchAttributes } from '@temporalio/workflow';
import { refuseVote } from '../src/approval/policy.ts';
import { durationMs } from '../src/plan/duration.ts';
import type { ApproveStage } from '../src/plan/schema.ts';
import {
  type ApprovalVote,
  approveSignal,
  approveUpdate,
  type PendingApproval,
  rejectSignal,
  rejectUpdate,
} from './messages.ts';
import { searchAttributes } from './search-attributes.ts';

export interface ApprovalDecision {
  readonly verdict: 'approved' | 'rejected';
  readonly by: string;
  readonly via: string;
  readonly reason: string;
}

type Verdict = 'approve' | 'reject';

/** One desk per run: it holds what waits for a vote, and both channels (Update and signal) bring their votes here. */
export class ApprovalDesk {
  pending: PendingApproval | null = null;
  #fourEyes = true;
  #decision: ApprovalDecision | null = null;

  constructor(onRefused: (vote: ApprovalVote, why: string) => Promise<void>) {
    for (const [verdict, update] of [
      ['approve', approveUpdate],
      ['reject', rejectUpdate],
    ] as const) {
      setHandler(update, (vote) => this.#take(vote, verdict), { validator: (vote) => this.#validate(vote, verdict) });
    }
    for (const [verdict, signal] of [
      ['approve', approveSignal],
      ['reject', rejectSignal],
    ] as const) {
      setHandler(signal, async (vote) => {
        const signalled = fromSignal(vote);
        const why = this.#refuse(signalled, verdict);
        if (why) await onRefused(signalled, why);
        else this.#take(signalled, verdict);
      });
    }
  }

  /** Waits for a vote; escalates; at the deadline the plan's default decides. */
  async decide(
    pending: Omit<PendingApproval, 'deadline' | 'escalated' | 'roles'>,
    spec: ApproveStage,
    onEscalate: (to: readonly string[]) => Promise<void>,
  ): Promise<ApprovalDecision> {
    const within = durationMs(spec.within);
    this.#decision = null;
    this.#fourEyes = spec.fourEyes;
    this.pending = {
      ...pending,
      roles: spec.by,
      deadline: new Date(Date.now() + within).toISOString(),
      escalated: false,
    };
    upsertSearchAttributes([{ key: searchAttributes.verdict, value: 'waiting-for-approval' }]);
    const decided = () => this.#decision !== null;

    const untilEscalation = spec.escalate ? durationMs(spec.escalate.after) : within;
    if (!(await condition(decided, untilEscalation)) && spec.escalate) {
      this.pending = { ...this.pending, escalated: true, roles: [...spec.by, ...spec.escalate.to] };
      await onEscalate(spec.escalate.to);
      await condition(decided, within - untilEscalation);
    }
    this.pending = null;
    return (
      this.#decision ?? {
        verdict: spec.otherwise === 'approve' ? 'approved' : 'rejected',
        by: 'deadline',
        via: 'workflow',
        reason: `nobody decided within ${spec.within}; the plan's default is ${spec.otherwise}`,
      }
    );
  }

  #take(vote: ApprovalVote, verdict: Verdict): string {
    this.#decision = {
      verdict: verdict === 'approve' ? 'approved' : 'rejected',
      by: vote.by,
      via: vote.via,
      reason: vote.reason,
    };
    return `${this.#decision.verdict} by ${vote.by}`;
  }

  #refuse(vote: ApprovalVote, verdict: Verdict): string | null {
    if (this.#decision) return `already ${this.#decision.verdict} by ${this.#decision.by}`;
    return refuseVote(this.pending && { ...this.pending, fourEyes: this.#fourEyes }, vote, verdict);
  }

  /** Throwing here answers the caller at once and leaves no trace in the history. */
  #validate(vote: ApprovalVote, verdict: Verdict): void {
    const why = this.#refuse(vote, verdict);
    if (why) throw ApplicationFailure.nonRetryable(why, 'PRN-API-409');
  }
}

/** A signal is typed by hand in Temporal UI: whatever is missing becomes an empty value that the policy refuses with a reason. */
function fromSignal(vote: Partial<ApprovalVote> | null | undefined): ApprovalVote {
  const { by, reason, evidence } = vote ?? {};
  return {
    by: String(by ?? ''),
    roles: [],
    reason: String(reason ?? ''),
    via: 'signal',
    ...(evidence ? { evidence: String(evidence) } : {}),
  };
}
