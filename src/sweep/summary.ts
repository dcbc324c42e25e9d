import { type Importance, importances } from './importance.ts';
import { type SweepRecord, settled, type TrialRecord } from './record.ts';

/** A sweep in figures, for pictures of it. */
export interface SweepSummary {
  /** Trials with a value of their own. */
  readonly finished: number;
  readonly failed: number;
  readonly endedEarly: number;
  /** Not trained, as an earlier trial had the same parameters. */
  readonly repeated: number;
  readonly best: TrialRecord | null;
  /** After each trial, in the order in which they ended; null until one has been trained to its end. */
  readonly bestSoFar: readonly (number | null)[];
  readonly importances: readonly Importance[];
  /** How many trials came to each step at which one was ended, and to the end (`step` null). */
  readonly rungs: readonly { readonly step: number | null; readonly reached: number }[];
  /** Of training, as far as trials had a result. */
  readonly seconds: number;
  /** The last word on each trial. */
  readonly trials: readonly TrialRecord[];
}

export function summaryOf(record: SweepRecord): SweepSummary {
  const trials = settled(record.trials);
  const of = { ...record, trials };
  const count = (is: (trial: TrialRecord) => boolean) => trials.filter(is).length;
  return {
    finished: count(({ failure }) => failure === undefined),
    failed: count(({ failure }) => failure !== undefined),
    endedEarly: count(({ stoppedAt }) => stoppedAt !== undefined),
    repeated: count(({ repeats }) => repeats !== undefined),
    best: trials.find(({ trial }) => trial === record.best) ?? null,
    bestSoFar: bestSoFar(of),
    importances: importances(of),
    rungs: rungsOf(trials),
    seconds: record.trials.reduce((sum, { seconds = 0 }) => sum + seconds, 0),
    trials,
  };
}

function bestSoFar({ trials, direction }: SweepRecord): (number | null)[] {
  const better = direction === 'maximize' ? Math.max : Math.min;
  let best: number | null = null;
  return trials.map(({ value, stoppedAt }) => {
    if (value !== null && stoppedAt === undefined) best = best === null ? value : better(best, value);
    return best;
  });
}

function rungsOf(trials: readonly TrialRecord[]): SweepSummary['rungs'] {
  const compared = trials.filter(({ failure, repeats }) => failure === undefined && repeats === undefined);
  const steps = new Set(compared.flatMap(({ stoppedAt }) => stoppedAt ?? []));
  if (steps.size === 0) return [];
  const reached = (step: number) =>
    compared.filter(({ stoppedAt = Number.POSITIVE_INFINITY }) => stoppedAt >= step).length;
  return [
    ...[...steps].sort((a, b) => a - b).map((step) => ({ step, reached: reached(step) })),
    { step: null, reached: reached(Number.POSITIVE_INFINITY) },
  ];
}
