import { metricDirection } from '../evaluation/metrics.ts';
import { type Day, spreadOf } from './baseline.ts';
import { type CalibrationDrift, calibrationDrift } from './calibration.ts';
import { type Estimate, type Estimator, estimable, estimate, estimatedStatistic, estimatorOf } from './estimate.ts';
import { type Reconciliation, reconcile } from './reconcile.ts';
import { realised } from './statistic.ts';
import type { DayTotals, PerformanceReference, Slice, Totals } from './totals.ts';
import { type Watched, watch } from './watch.ts';

export interface MonitorInput {
  readonly reference: PerformanceReference;
  /** Days since the version was released, at most the last `memoryDays`, in order, the judged one last. */
  readonly days: readonly DayTotals[];
  /** Last day whose labels are all due: later days are estimated, earlier ones measured. */
  readonly maturedThrough: number;
  readonly metric: string;
  /** The loss that matters, positive, in the unit of the metric. */
  readonly drop: number;
  /** Probability of a false alarm of the kind `performance` that may be spent today: the stated rate by the days that it is stated for. */
  readonly alpha: number;
}

/** Realised and estimated values stand apart everywhere. */
export interface MonitoredPerformance {
  readonly metric: string;
  readonly drop: number;
  /** Last day with matured labels that was judged; null where there was none. */
  readonly matured: number | null;
  readonly whole: Watched;
  readonly slices: readonly { readonly slice: Slice; readonly watched: Watched }[];
  readonly calibration: CalibrationDrift;
  /** Of the days whose labels are not due yet; null without such days, or where the metric cannot be estimated. */
  readonly estimate: Estimate | null;
  readonly estimated: Watched | null;
  /** How estimates of the matured days compare with what came true. */
  readonly reconciliation: Reconciliation | null;
}

/** Parts of `alpha`; their sum is 1. */
const spent = { whole: 0.4, slices: 0.2, calibration: 0.2, estimated: 0.2 } as const;

/**
 * Watches the champion from totals of days alone: the watched metric on matured labels, over all days and slices; what it is likely to be where
 * labels are still to come; calibration. All decisions of all days together keep the stated false-alarm rate (`watch`).
 */
export function monitorPerformance(input: MonitorInput): MonitoredPerformance {
  const { reference, metric, drop, alpha } = input;
  const matured = input.days.filter(({ day }) => day <= input.maturedThrough);
  const unlabelled = input.days.filter(({ day, rows }) => day > input.maturedThrough && rows > 0);
  const estimator = estimatorOf(reference);
  const possible = estimator !== null && estimable(reference).includes(metric);
  return {
    metric,
    drop,
    matured: matured.findLast(({ labelled }) => labelled > 0)?.day ?? null,
    whole: watchMetric(input, reference.days, matured, alpha * spent.whole),
    slices: reference.slices.map((slice) => {
      const of = (day: DayTotals) => ({ day: day.day, ...(day.slices[slice.key] ?? nobody(day)) });
      const share = (alpha * spent.slices) / reference.slices.length;
      return { slice, watched: watchMetric(input, reference.days.map(of), matured.map(of), share) };
    }),
    calibration: calibrationDrift(reference, matured, { alpha: alpha * spent.calibration }),
    estimate: possible ? estimate(estimator, metric, unlabelled) : null,
    estimated: possible ? watchEstimate(input, estimator, alpha * spent.estimated) : null,
    reconciliation: possible ? reconcile(estimator, metric, matured, 7) : null,
  };
}

function watchMetric(
  { reference, metric, drop }: MonitorInput,
  before: readonly Day[],
  now: readonly Day[],
  alpha: number,
): Watched {
  const statistic = realised(reference, metric);
  const spread = spreadOf(reference.cells, statistic, before);
  return watch(reference.cells, statistic, spread, now, { alpha, atLeast: drop, direction: worse(metric) });
}

/** The estimate over the last days, labelled or not: a fall of it is a fall that the scores foretell. */
function watchEstimate({ reference, days, metric, drop }: MonitorInput, estimator: Estimator, alpha: number): Watched {
  const statistic = estimatedStatistic(estimator, metric);
  const spread = spreadOf(reference.cells, statistic, reference.days);
  return watch(reference.cells, statistic, spread, days, { alpha, atLeast: drop, direction: worse(metric) });
}

function worse(metric: string): 1 | -1 {
  return metricDirection(metric) === 'lower' ? 1 : -1;
}

function nobody({ predicted, score, outcomes, moments }: Totals): Totals {
  const zero = (values: readonly number[]): number[] => values.map(() => 0);
  return {
    rows: 0,
    labelled: 0,
    predicted: zero(predicted),
    score: zero(score),
    outcomes: zero(outcomes),
    moments: zero(moments),
  };
}
