import { ApplicationFailure, CancellationScope, setHandler } from '@temporalio/workflow';
import type { Trigger } from '../src/registry/registry.ts';
import { ApprovalDesk } from './approval.ts';
import {
  progressQuery,
  type RetrainInput,
  type RunProgress,
  type RunResult,
  retryStageUpdate,
  triggerSignal,
} from './messages.ts';
import { registry } from './proxies.ts';
import { RunLedger } from './run-ledger.ts';

/** Where the world talks to a run, from its first moment: progress, retries, votes and further triggers. */
export class RunDesk {
  readonly input: RetrainInput & { readonly asOf: string };
  readonly ledger = new RunLedger();
  readonly approval: ApprovalDesk;
  /** The first trigger that came while this run was open. */
  queued: (Trigger & { readonly asOf: string | null }) | null = null;
  run: string | null = null;
  result: RunResult | null = null;

  constructor(input: RetrainInput & { readonly asOf: string }) {
    this.input = input;
    this.approval = new ApprovalDesk(async (vote, why) => {
      const by = { name: vote.by || 'unknown', via: 'signal' } as const;
      const run = this.run ? { run: this.run } : {};
      const event = { model: input.model, ...run, kind: 'approval.refused', by, reason: why };
      // A note in the history of the model, also when the run is being cancelled; it does not break over it.
      await CancellationScope.nonCancellable(() => registry.recordEvent(event)).catch(() => undefined);
    });
    setHandler(progressQuery, () => this.progress());
    setHandler(triggerSignal, (trigger) => {
      this.queued ??= trigger;
    });
    setHandler(retryStageUpdate, ({ stage }) => this.#retry(stage), {
      validator: ({ stage }) => this.#validateRetry(stage),
    });
  }

  progress(): RunProgress {
    const { model, asOf, trigger } = this.input;
    return {
      run: this.run,
      model,
      asOf,
      trigger,
      state: this.#state(),
      stages: this.ledger.stages,
      approval: this.approval.pending,
      result: this.result,
    };
  }

  #state(): RunProgress['state'] {
    if (this.result) return 'closed';
    if (this.approval.pending) return 'waiting-for-approval';
    return this.ledger.waitsForRetry ? 'waiting-for-retry' : 'running';
  }

  #retry(stage: string): string {
    this.ledger.askRetry(stage);
    return `stage ${stage} starts again`;
  }

  #validateRetry(stage: string): void {
    const why = this.ledger.refuseRetry(stage);
    if (why) throw ApplicationFailure.nonRetryable(why, 'PRN-API-409');
  }
}
