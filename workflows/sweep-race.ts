import { CancellationScope, isCancellation } from '@temporalio/workflow';
import { directionOf } from '../src/sweep/direction.ts';
import { type Asha, goesOn, type RungReport } from '../src/sweep/rungs.ts';

/** Trials of one sweep against each other: who falls behind at a rung is ended, and its machine is free. */
export class SweepRace {
  readonly #asha: Asha | null;
  readonly #metric: string;
  readonly #reports: RungReport[];
  readonly #running = new Map<number, CancellationScope>();
  readonly #ended = new Map<number, RungReport>();

  /** @param from asha null: nobody is ended; reports: of a sweep that continues as new */
  constructor(from: {
    readonly asha: Asha | null;
    readonly metric: string;
    readonly reports: readonly RungReport[];
  }) {
    this.#asha = from.asha;
    this.#metric = from.metric;
    this.#reports = [...from.reports];
  }

  get reports(): readonly RungReport[] {
    return this.#reports;
  }

  /** An attempt that resumes tells its rungs again: the first report of a trial at a rung stands. */
  reached(report: RungReport): void {
    const { trial, step } = report;
    if (!this.#asha || this.#reports.some((known) => known.trial === trial && known.step === step)) return;
    this.#reports.push(report);
    const here = this.#reports.filter((each) => each.step === step);
    if (goesOn(this.#asha, directionOf(this.#metric), here, trial)) return;
    this.#ended.set(trial, report);
    this.#running.get(trial)?.cancel();
  }

  /** @param ended what a trial amounts to that was ended at a rung */
  async run<T>(trial: number, work: () => Promise<T>, ended: (report: RungReport) => T): Promise<T> {
    const scope = new CancellationScope({ cancellable: true });
    this.#running.set(trial, scope);
    try {
      return await scope.run(work);
    } catch (error) {
      const report = this.#ended.get(trial);
      if (!report || !isCancellation(error)) throw error;
      return ended(report);
    } finally {
      this.#running.delete(trial);
    }
  }
}
