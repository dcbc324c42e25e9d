import { CancellationScope, isCancellation } from '@temporalio/workflow';
import { directionOf } from '../src/sweep/direction.ts';
import type { RungReport } from '../src/sweep/rungs.ts';
import { mayGoOn, type StoppingRule } from '../src/sweep/stopping.ts';
import { promotesOf } from './sweep-state.ts';

const carriedReportsAtMost = 500;
/** Values of folds make reports longer. */
const carriedReportBytesAtMost = 26 * 1_024;

/** Trials of one sweep against each other: who falls behind at a rung is ended, and its machine is free. */
export class SweepRace {
  readonly #rule: StoppingRule | null;
  readonly #metric: string;
  readonly #reports: RungReport[];
  readonly #running = new Map<number, CancellationScope>();
  readonly #ended = new Map<number, RungReport>();

  /** @param from rule null: nobody is ended; reports: of a sweep that continues as new */
  constructor(from: {
    readonly rule: StoppingRule | null;
    readonly metric: string;
    readonly reports: readonly RungReport[];
  }) {
    this.#rule = from.rule;
    this.#metric = from.metric;
    this.#reports = [...from.reports];
  }

  /** In the order in which they came. */
  get reports(): readonly RungReport[] {
    return this.#reports;
  }

  /** An attempt that resumes tells its rungs again: the first report of a trial at a rung stands. */
  reached(report: RungReport): void {
    const { trial, step } = report;
    if (!this.#rule || this.#reports.some((known) => known.trial === trial && known.step === step)) return;
    this.#reports.push(report);
    if (promotesOf(this.#rule) || mayGoOn(this.#rule, directionOf(this.#metric), this.#reports, report)) return;
    this.#ended.set(trial, report);
    this.#running.get(trial)?.cancel();
  }

  /** Where a trial was last compared. */
  latestOf(trial: number): RungReport | null {
    return this.#reports.findLast((report) => report.trial === trial) ?? null;
  }

  /** How many have come to each step, and how many were ended there. */
  standings(): { readonly step: number; readonly reached: number; readonly ended: number }[] {
    const steps = new Map<number, { reached: number; ended: number }>();
    for (const { trial, step } of this.#reports) {
      const { reached, ended } = steps.get(step) ?? { reached: 0, ended: 0 };
      steps.set(step, { reached: reached + 1, ended: ended + (this.#ended.get(trial)?.step === step ? 1 : 0) });
    }
    return [...steps].sort(([a], [b]) => a - b).map(([step, counts]) => ({ step, ...counts }));
  }

  /** What a sweep that continues as new takes along: the latest are enough to compare with, all would outgrow a payload. */
  carried(): readonly RungReport[] {
    const latest = this.#reports.slice(-carriedReportsAtMost);
    while (JSON.stringify(latest).length > carriedReportBytesAtMost) latest.splice(0, Math.ceil(latest.length / 8));
    return latest;
  }

  /** Ends every trial that runs: their `run` answers null. */
  cutOff(): void {
    for (const scope of this.#running.values()) scope.cancel();
  }

  /**
   * @param ended what a trial amounts to that was ended at a rung
   * @returns null for a trial that was cut off
   */
  async run<T>(trial: number, work: () => Promise<T>, ended: (report: RungReport) => T): Promise<T | null> {
    const scope = new CancellationScope({ cancellable: true });
    this.#running.set(trial, scope);
    try {
      return await scope.run(work);
    } catch (error) {
      if (!isCancellation(error) || CancellationScope.current().consideredCancelled) throw error;
      const report = this.#ended.get(trial);
      return report ? ended(report) : null;
    } finally {
      this.#running.delete(trial);
    }
  }
}
