import { ApplicationFailure } from '@temporalio/common';
import { CancellationScope, condition, setHandler, upsertSearchAttributes } from '@temporalio/workflow';
import { answerTo, type Outcome, outcomeOf } from '../src/approval/outcome.ts';
import { weighVote } from '../src/approval/policy.ts';
import type { Choice, CountedVote, Vote } from '../src/approval/vote.ts';
import { durationMs } from '../src/plan/duration.ts';
import type { ApproveStage } from '../src/plan/schema.ts';
import { approveSignal, approveUpdate, type PendingApproval, rejectSignal, rejectUpdate } from './messages.ts';
import { searchAttributes } from './search-attributes.ts';

export interface ApprovalDecision extends Outcome {
  /** All that counted, also those that did not decide. */
  readonly votes: readonly CountedVote[];
}

/** What a stage asks, and whom it tells of what happens meanwhile. */
export interface Asking {
  readonly question: Omit<PendingApproval, 'deadline' | 'escalated' | 'roles' | 'quorum' | 'proven' | 'votes'>;
  readonly spec: ApproveStage;
  readonly onEscalate: (to: readonly string[]) => Promise<void>;
  /** Called for each vote that counts; the answer to the voter does not wait for it. Null: of runs before votes were kept. */
  readonly keep: ((vote: CountedVote) => Promise<void>) | null;
}

/** One desk per run: it holds what waits for votes, and both channels (Update and signal) bring their votes here. */
export class ApprovalDesk {
  pending: PendingApproval | null = null;
  /** Why nothing is asked any more: what a vote that comes too late is told. */
  #closed: string | null = null;
  #keep: Asking['keep'] = null;
  #kept: Promise<void>[] = [];

  constructor(onRefused: (vote: Vote, why: string) => Promise<void>) {
    for (const [choice, update] of [
      ['approve', approveUpdate],
      ['reject', rejectUpdate],
    ] as const) {
      setHandler(update, (vote) => this.#take(vote, choice), { validator: (vote) => this.#validate(vote, choice) });
    }
    for (const [choice, signal] of [
      ['approve', approveSignal],
      ['reject', rejectSignal],
    ] as const) {
      setHandler(signal, async (vote) => {
        const signalled = fromSignal(vote);
        const why = this.#refuse(signalled, choice);
        if (why) await onRefused(signalled, why);
        else this.#take(signalled, choice);
      });
    }
  }

  /**
   * Waits for votes; escalates; at the deadline the plan's default decides. Stages that ask at the same time are asked one after
   * the other, so that a vote is never for two questions.
   */
  async decide(asking: Asking): Promise<ApprovalDecision> {
    while (this.pending) await condition(() => this.pending === null);
    const { within } = asking.spec;
    this.#open(asking);
    try {
      const outcome = await this.#untilDecided(asking);
      const votes = this.#votes();
      this.#closed = outcome
        ? `already ${outcome.verdict} by ${outcome.by}`
        : `too late: nobody decided within ${within}, and the plan's default is ${asking.spec.otherwise}`;
      if (this.#kept.length > 0) await Promise.all(this.#kept);
      return { ...(outcome ?? byDefault(asking.spec, votes)), votes };
    } catch (error) {
      this.#closed = 'too late: the run has been cancelled';
      await CancellationScope.nonCancellable(() => Promise.all(this.#kept));
      throw error;
    } finally {
      this.pending = null;
    }
  }

  #open({ question, spec, keep }: Asking): void {
    this.#closed = null;
    this.#keep = keep;
    this.#kept = [];
    this.pending = {
      ...question,
      roles: spec.by,
      quorum: spec.quorum ?? 1,
      proven: spec.proven ?? false,
      votes: [],
      deadline: new Date(Date.now() + durationMs(spec.within)).toISOString(),
      escalated: false,
    };
    upsertSearchAttributes([{ key: searchAttributes.verdict, value: 'waiting-for-approval' }]);
  }

  /** Null when the time is over. What the votes say counts, also when the last one came with the deadline. */
  async #untilDecided({ spec, onEscalate }: Asking): Promise<Outcome | null> {
    const within = durationMs(spec.within);
    const untilEscalation = spec.escalate ? durationMs(spec.escalate.after) : within;
    const decided = () => this.#outcome() !== null;
    if (!(await condition(decided, untilEscalation)) && spec.escalate && this.pending) {
      this.pending = { ...this.pending, escalated: true, roles: [...this.pending.roles, ...spec.escalate.to] };
      await onEscalate(spec.escalate.to);
      await condition(decided, within - untilEscalation);
    }
    return this.#outcome();
  }

  #votes(): readonly CountedVote[] {
    return this.pending?.votes ?? [];
  }

  #outcome(): Outcome | null {
    return this.pending && outcomeOf(this.pending);
  }

  #take(vote: Vote, choice: Choice): string {
    const weighed = weighVote(this.pending, vote, choice, new Date().toISOString());
    if (!weighed.counts || !this.pending) throw refusal('the vote came too late');
    this.pending = { ...this.pending, votes: [...this.pending.votes, weighed.vote] };
    const keep = this.#keep;
    // A cancel of the run must not lose a vote that was answered.
    if (keep) this.#kept.push(CancellationScope.nonCancellable(() => keep(weighed.vote)));
    return answerTo(this.pending);
  }

  #refuse(vote: Vote, choice: Choice): string | null {
    if (this.#closed) return this.#closed;
    if (CancellationScope.current().consideredCancelled) return 'too late: the run has been cancelled';
    const outcome = this.#outcome();
    if (outcome) return `already ${outcome.verdict} by ${outcome.by}`;
    const weighed = weighVote(this.pending, vote, choice, new Date().toISOString());
    return weighed.counts ? null : weighed.why;
  }

  /** Throwing here answers the caller at once and leaves no trace in the workflow's history; the API records it. */
  #validate(vote: Vote, choice: Choice): void {
    const why = this.#refuse(vote, choice);
    if (why) throw refusal(why);
  }
}

function refusal(why: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(why, 'PRN-API-409');
}

function byDefault({ within, otherwise }: ApproveStage, votes: readonly CountedVote[]): Outcome {
  const some =
    votes.length > 0 ? `too few decided within ${within} (${votes.length})` : `nobody decided within ${within}`;
  const reason = `${some}; the plan's default is ${otherwise}`;
  return { verdict: otherwise === 'approve' ? 'approved' : 'rejected', by: 'deadline', via: 'workflow', reason };
}

/** A signal is typed by hand in Temporal UI: whatever is missing becomes an empty value that the policy refuses with a reason. */
function fromSignal(vote: Partial<Vote> | null | undefined): Vote {
  const { by, reason, evidence, stage } = vote ?? {};
  return {
    by: String(by ?? ''),
    roles: [],
    reason: String(reason ?? ''),
    via: 'signal',
    ...(evidence ? { evidence: String(evidence) } : {}),
    ...(stage ? { stage: String(stage) } : {}),
  };
}
