import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { durationMs } from '../src/plan/duration.ts';
import type { CompiledPlan, PlannedStage } from '../src/plan/plan.ts';
import type { RunOutcome, RunRecord, Trigger } from '../src/registry/registry.ts';
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
import { asOfOrSchedule } from './schedule-time.ts';
import { searchAttributes } from './search-attributes.ts';
import { executeStage, notify, type RunContext, type StageEnd } from './stages.ts';

/**
 * One run of a model's plan: opens the run, walks its stages as a graph, closes the run. A stage that failed waits for a retry
 * from where it stopped. At most one is open per model; a second trigger joins it, or queues behind it where the plan says so.
 */
export async function retrain(input: RetrainInput): Promise<RunResult> {
  const asOf = input.asOf ?? asOfOrSchedule();
  const { workflowId, runId } = workflowInfo();
  const { run, plan } = await registry.openRun({ ...input, asOf, workflowId, temporalRunId: runId });
  const context = new Run(run, plan, input);
  upsertSearchAttributes([
    { key: searchAttributes.model, value: input.model },
    { key: searchAttributes.trigger, value: input.trigger.kind },
  ]);

  const result = await context.carryThrough();
  await condition(allHandlersFinished);
  const queued = context.queued;
  if (queued && plan.file.retrain.whenBusy === 'queue')
    await continueAsNew<typeof retrain>({
      model: input.model,
      asOf: queued.asOf ?? new Date().toISOString(),
      trigger: queued,
    });
  return result;
}

class Run implements RunContext {
  readonly run: RunRecord;
  readonly plan: CompiledPlan;
  readonly ledger: RunLedger;
  readonly desk: ApprovalDesk;
  readonly results = new Map<string, unknown>();
  queued: (Trigger & { asOf: string | null }) | null = null;
  #result: RunResult | null = null;

  constructor(run: RunRecord, plan: CompiledPlan, input: RetrainInput) {
    this.run = run;
    this.plan = plan;
    this.ledger = new RunLedger(plan);
    this.desk = new ApprovalDesk(
      (vote, why) =>
        void registry.recordEvent({
          model: run.model,
          run: run.run,
          kind: 'approval.refused',
          by: { name: vote.by || 'unknown', via: 'signal' },
          reason: why,
        }),
    );
    this.smoke = input.smoke ?? false;
    this.#listen();
  }

  readonly smoke: boolean;

  #listen(): void {
    setHandler(progressQuery, () => this.progress());
    setHandler(triggerSignal, (trigger) => {
      this.queued ??= trigger;
    });
    setHandler(
      retryStageUpdate,
      ({ stage }) => {
        this.ledger.askRetry(stage);
        return `stage ${stage} starts again`;
      },
      {
        validator: ({ stage }) => {
          const why = this.ledger.refuseRetry(stage);
          if (why) throw ApplicationFailure.nonRetryable(why, 'PRN-API-409');
        },
      },
    );
  }

  progress(): RunProgress {
    const stages = this.ledger.stages;
    const waiting = stages.some(({ state }) => state === 'failed') && !this.#result;
    return {
      run: this.run.run,
      model: this.run.model,
      asOf: this.run.asOf,
      trigger: this.run.trigger,
      state: this.#result
        ? 'closed'
        : this.desk.pending
          ? 'waiting-for-approval'
          : waiting
            ? 'waiting-for-retry'
            : 'running',
      stages,
      approval: this.desk.pending,
      result: this.#result,
    };
  }

  async carryThrough(): Promise<RunResult> {
    try {
      return await this.#close(...conclude(await this.#walk(), this.smoke));
    } catch (error) {
      if (!isCancellation(error)) throw error;
      await CancellationScope.nonCancellable(() => this.#close('cancelled', 'cancelled by a person', null));
      throw error;
    }
  }

  /** Every stage starts when all it needs has passed; the others go on when one fails. */
  async #walk(): Promise<StageEnd[]> {
    const ends = new Map<string, Promise<StageEnd>>();
    for (const stage of this.plan.stages) {
      const needs = stage.needs.map((name) => ends.get(name) as Promise<StageEnd>);
      ends.set(stage.name, this.#afterNeeds(stage, needs));
    }
    return await Promise.all(ends.values());
  }

  async #afterNeeds(stage: PlannedStage, needs: readonly Promise<StageEnd>[]): Promise<StageEnd> {
    const blocked = (await Promise.all(needs)).find(({ state }) => state !== 'passed');
    if (!blocked) return await this.#untilPassed(stage);
    const detail = `${blocked.stage} ${blocked.state === 'concluded' ? 'ended the run' : 'did not pass'}`;
    this.ledger.end(stage.name, 'skipped', detail);
    return { stage: stage.name, state: 'skipped', detail };
  }

  async #untilPassed(stage: PlannedStage): Promise<StageEnd> {
    for (;;) {
      this.ledger.start(stage.name);
      try {
        const end = await executeStage(this, stage);
        const lost = end.conclusion !== undefined && end.conclusion.outcome !== 'promoted';
        this.ledger.end(stage.name, lost ? 'failed' : 'passed', end.detail, end.result);
        this.results.set(stage.name, end.result);
        return {
          stage: stage.name,
          state: end.conclusion ? 'concluded' : 'passed',
          detail: end.detail,
          conclusion: end.conclusion,
        };
      } catch (error) {
        if (isCancellation(error)) throw error;
        const detail = rootMessage(error);
        this.ledger.end(stage.name, 'failed', detail);
        await notify(this, 'failed', `stage ${stage.name} of ${this.run.run} failed: ${detail}`);
        if (this.smoke || !(await this.#retryOf(stage.name))) return { stage: stage.name, state: 'failed', detail };
      }
    }
  }

  async #retryOf(stage: string): Promise<boolean> {
    await condition(() => this.ledger.retryAsked(stage), durationMs(this.plan.file.retrain.holdFailed));
    return this.ledger.takeRetry(stage);
  }

  async #close(outcome: RunOutcome, summary: string, version: number | null): Promise<RunResult> {
    await registry.closeRun({ run: this.run.run, outcome, summary, stages: this.ledger.stages });
    upsertSearchAttributes([
      { key: searchAttributes.verdict, value: outcome },
      { key: searchAttributes.version, value: version === null ? '' : `${this.run.model}@${version}` },
    ]);
    this.#result = { run: this.run.run, outcome, version, summary };
    return this.#result;
  }
}

/** A failed stage outweighs everything; else the stage that concluded the run says how it ended. */
function conclude(ends: readonly StageEnd[], smoke: boolean): [RunOutcome, string, number | null] {
  const failed = ends.find(({ state }) => state === 'failed');
  if (failed) return [smoke ? 'smoke-failed' : 'failed', `stage ${failed.stage} failed: ${failed.detail}`, null];
  const concluding = ends.find(({ conclusion }) => conclusion);
  if (concluding?.conclusion)
    return [smoke ? 'smoke-failed' : concluding.conclusion.outcome, concluding.detail, concluding.conclusion.version];
  return [smoke ? 'smoke-passed' : 'completed', ends.at(-1)?.detail ?? 'an empty plan', null];
}

function rootMessage(error: unknown): string {
  let deepest = error;
  while (deepest instanceof Error && deepest.cause instanceof Error) deepest = deepest.cause;
  return deepest instanceof Error ? deepest.message : String(deepest);
}
