import { CancellationScope, CancelledFailure, condition, upsertSearchAttributes } from '@temporalio/workflow';
import type { Turn } from '../src/compute/turn.ts';
import { rootMessage } from '../src/errors/root-message.ts';
import { durationMs } from '../src/plan/duration.ts';
import type { CompiledPlan, PlannedStage } from '../src/plan/plan.ts';
import type { RunOutcome, RunRecord } from '../src/registry/registry.ts';
import type { ApprovalDesk } from './approval.ts';
import { stopsHere } from './failures.ts';
import type { RunResult } from './messages.ts';
import { notify } from './notices.ts';
import { registry } from './proxies.ts';
import type { RunDesk } from './run-desk.ts';
import type { RunLedger } from './run-ledger.ts';
import { searchAttributes } from './search-attributes.ts';
import { executeStage, type RunContext, type StageEnd } from './stages.ts';

/** Carries an open run through its plan to its outcome. */
export class RunWalk implements RunContext {
  readonly run: RunRecord;
  readonly plan: CompiledPlan;
  readonly turn: Turn | undefined;
  readonly smoke: boolean;
  readonly anew: boolean;
  readonly results = new Map<string, unknown>();
  readonly #desk: RunDesk;

  constructor(
    desk: RunDesk,
    { run, plan, turn }: Pick<RunContext, 'run' | 'plan' | 'turn'>,
    { smoke, anew }: Pick<RunContext, 'smoke' | 'anew'>,
  ) {
    this.#desk = desk;
    this.run = run;
    this.plan = plan;
    this.turn = turn;
    this.smoke = smoke;
    this.anew = anew;
    desk.run = run.run;
    desk.ledger.open(plan);
  }

  get ledger(): RunLedger {
    return this.#desk.ledger;
  }

  get approval(): ApprovalDesk {
    return this.#desk.approval;
  }

  async carryThrough(): Promise<RunResult> {
    try {
      const end = conclude(await this.#walk(), this.smoke);
      // What went live stays live, however late the cancel came.
      if (end[0] !== 'promoted' && CancellationScope.current().consideredCancelled) throw new CancelledFailure(end[1]);
      return await this.#close(...end);
    } catch (error) {
      if (!stopsHere(error)) throw error;
      await this.#close('cancelled', 'cancelled by a person', null);
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
    // A cancelled run closes when its last stage has stopped: nothing trains or rolls out behind its back.
    const settled = await Promise.allSettled(ends.values());
    return settled.map((end) => {
      if (end.status === 'rejected') throw end.reason;
      return end.value;
    });
  }

  /** Few promises: Temporal keeps the stack of each that a workflow makes, which is most of what a small stage costs. */
  async #afterNeeds(stage: PlannedStage, needs: readonly Promise<StageEnd>[]): Promise<StageEnd> {
    let blocked: StageEnd | undefined;
    for (const need of needs) {
      const end = await need;
      if (end.state !== 'passed') blocked ??= end;
    }
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
        const stopped = stopsHere(error);
        const detail = stopped ? 'cancelled' : rootMessage(error);
        this.ledger.end(stage.name, 'failed', detail);
        if (stopped) throw error;
        if (!(await this.#retryOf(stage.name, detail))) return { stage: stage.name, state: 'failed', detail };
      }
    }
  }

  /** Held until somebody asks for a retry, at most as long as the plan says; a smoke run waits for nobody. */
  async #retryOf(stage: string, detail: string): Promise<boolean> {
    if (!this.smoke) this.ledger.hold(stage, true);
    // Held first: an address that does not answer must not keep anybody from the retry.
    await notify(this, {
      on: 'failed',
      event: `${stage}/${this.ledger.attemptOf(stage)}/failed`,
      text: `stage ${stage} of ${this.run.run} failed: ${detail}`,
    });
    if (this.smoke) return false;
    await condition(() => this.ledger.retryAsked(stage), durationMs(this.plan.file.retrain.holdFailed));
    this.ledger.hold(stage, false);
    return this.ledger.takeRetry(stage);
  }

  async #close(outcome: RunOutcome, summary: string, version: number | null): Promise<RunResult> {
    const { stages } = this.ledger;
    await CancellationScope.nonCancellable(() =>
      registry.closeRun({ run: this.run.run, outcome, summary, version, stages }),
    );
    this.ledger.close();
    upsertSearchAttributes([
      { key: searchAttributes.verdict, value: outcome },
      { key: searchAttributes.version, value: version === null ? '' : `${this.run.model}@${version}` },
    ]);
    this.#desk.result = { run: this.run.run, outcome, version, summary };
    return this.#desk.result;
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
