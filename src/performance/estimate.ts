import { studentQuantile } from '../drift/student.ts';
import { metricsOf } from '../evaluation/metrics.ts';
import { clustering, dayEffect, spreadOf } from './baseline.ts';
import { type Calibrator, calibrate, expectedTotals, supportedShare, withAnswer } from './calibrator.ts';
import { countRow, rowKinds } from './row-kinds.ts';
import { influence, realised, type Statistic, weightedVariance } from './statistic.ts';
import { type DayTotals, merge, outcomesOf, type PerformanceReference, plus, type Totals } from './totals.ts';
import { metricFromTotals } from './totals-metrics.ts';

/** Performance before labels: expected from the scores alone. Never mixed with realised values. */
export interface Estimate {
  readonly metric: string;
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly estimated: number;
  /** In which the realised value of these very rows will lie in 95 % of windows, as long as the scores keep their meaning. */
  readonly interval: { readonly low: number; readonly high: number; readonly confidence: number };
  /** Standard errors: of chance in the labels, of the calibration, and of days, as reference days were off. */
  readonly error: { readonly sampling: number; readonly calibration: number; readonly days: number };
  /** Share of rows with scores that the reference has labels for; far below 1 the estimate is a guess. */
  readonly supported: number;
}

/** What estimates are made with: the reference's calibration, and the same without each of its days. */
export interface Estimator {
  readonly reference: PerformanceReference;
  readonly labelled: Totals;
  readonly calibrator: Calibrator;
  /** Calibrated without each day of the reference, in its order. */
  readonly without: readonly Calibrator[];
  /** By metric: what reference days were off by beyond chance and calibration, and how neighbouring days agree in that. */
  readonly dayErrors: Map<string, { readonly variance: number; readonly correlation: number }>;
}

/** Metrics that scores let one expect. `ece` is not among them: an estimate takes the scores for calibrated as the reference was. */
export function estimable({ cells }: PerformanceReference): readonly string[] {
  if (cells.task === 'regression') return ['mae', 'rmse'];
  return metricsOf(cells.task).filter((metric) => metric !== 'ece');
}

/** Null for a reference of fewer than three days, whose own error could not be known. */
export function estimatorOf(reference: PerformanceReference): Estimator | null {
  const days = reference.days.filter(({ labelled }) => labelled > 0);
  if (days.length < 3) return null;
  const labelled = merge(reference.cells, days);
  const without = days.map((day) => calibrate(reference, plus(labelled, day, -1)));
  return { reference, labelled, calibrator: calibrate(reference, labelled), without, dayErrors: new Map() };
}

/**
 * Confidence-based estimate of a metric: rows of a score count as the shares of outcomes that the hold-out had at that score (isotonic; regression:
 * mean errors by prediction). It sees what a change of inputs does to the scores; it cannot see scores that changed their meaning (concept
 * drift), which shows once labels arrive. The error is learned by estimating each reference day from the others. Null where it is not defined.
 */
export function estimate(estimator: Estimator, metric: string, days: readonly DayTotals[]): Estimate | null {
  const { reference, calibrator, without } = estimator;
  const filled = days.filter(({ rows }) => rows > 0);
  const [first, last] = [filled[0], filled.at(-1)];
  if (!first || !last || !estimable(reference).includes(metric)) return null;
  const totals = merge(reference.cells, filled);
  const estimated = expectedMetric(reference, metric, calibrator, totals);
  if (!Number.isFinite(estimated)) return null;
  const off = dayErrorOf(estimator, metric);
  const clusters = filled.map(({ day, rows }) => ({ day, rows }));
  const error = {
    sampling: Math.sqrt(samplingVariance(reference, metric, calibrator, totals, estimator.labelled)),
    calibration: Math.sqrt(jackknifeVariance(reference, metric, without, totals)),
    days: Math.sqrt(off.variance * clustering(clusters, off.correlation)),
  };
  const reach = studentQuantile(0.025, without.length - 1) * Math.hypot(error.sampling, error.calibration, error.days);
  return {
    metric,
    from: first.day,
    to: last.day,
    rows: totals.rows,
    estimated,
    interval: { low: estimated - reach, high: estimated + reach, confidence: 0.95 },
    error,
    supported: supportedShare(reference, estimator.labelled, totals),
  };
}

/** The estimate as a statistic of the answers, so that it can be watched like any other. */
export function estimatedStatistic({ reference, calibrator }: Estimator, metric: string): Statistic {
  const { cells } = reference;
  const value = (totals: Totals): number => expectedMetric(reference, metric, calibrator, totals);
  const rowVariance = (totals: Totals): number => {
    const expected = expectedTotals(reference, calibrator, totals);
    const filled = totals.predicted.flatMap((rows, cell) => (rows > 0 ? [{ rows, cell }] : []));
    const before = metricFromTotals(cells, metric, expected);
    const effects = filled.map(({ cell }) => {
      const withRow = metricFromTotals(cells, metric, withAnswer(reference, calibrator, expected, cell));
      return influence(before, withRow, expected.labelled);
    });
    return weightedVariance(
      filled.map(({ rows }) => rows),
      effects,
    );
  };
  return { name: metric, value, rowVariance, rows: ({ rows }) => rows };
}

function expectedMetric(
  reference: PerformanceReference,
  metric: string,
  calibrator: Calibrator,
  totals: Totals,
): number {
  return metricFromTotals(reference.cells, metric, expectedTotals(reference, calibrator, totals));
}

/** Of the realised metric around the expected one, given the scores: labels are drawn cell by cell. */
function samplingVariance(
  reference: PerformanceReference,
  metric: string,
  calibrator: Calibrator,
  totals: Totals,
  labelled: Totals,
): number {
  const { cells } = reference;
  if (cells.task === 'regression') return realised(reference, metric).rowVariance(labelled) / totals.rows;
  const expected = expectedTotals(reference, calibrator, totals);
  const outcomes = outcomesOf(cells);
  const before = metricFromTotals(cells, metric, expected);
  const effects = rowKinds(reference, expected).map((kind) =>
    kind.rows > 0 ? influence(before, metricFromTotals(cells, metric, countRow(expected, kind)), expected.labelled) : 0,
  );
  return totals.predicted.reduce((sum, rows, cell) => {
    const [from, to] = [cell * outcomes, (cell + 1) * outcomes];
    if (rows === 0) return sum;
    return sum + (rows * weightedVariance(calibrator.slice(from, to), effects.slice(from, to))) / totals.rows ** 2;
  }, 0);
}

/** Of the calibration, days staying whole: (D - 1) / D times the squared distances of the estimates without each day. */
function jackknifeVariance(
  reference: PerformanceReference,
  metric: string,
  without: readonly Calibrator[],
  totals: Totals,
): number {
  const values = without
    .map((calibrator) => expectedMetric(reference, metric, calibrator, totals))
    .filter(Number.isFinite);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return ((values.length - 1) / values.length) * values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

/**
 * Each reference day estimated from the others: what its realised value was off by, beyond chance. A standard error is added, because a few days
 * often look calmer than days are. Computed once a metric.
 */
function dayErrorOf(estimator: Estimator, metric: string): { readonly variance: number; readonly correlation: number } {
  const known = estimator.dayErrors.get(metric);
  if (known) return known;
  const { reference, without, labelled } = estimator;
  const days = reference.days.filter((day) => day.labelled > 0);
  let [squares, chance, weight] = [0, 0, 0];
  days.forEach((day, at) => {
    const calibrator = without[at] as Calibrator;
    const off = metricFromTotals(reference.cells, metric, day) - expectedMetric(reference, metric, calibrator, day);
    if (!Number.isFinite(off)) return;
    squares += day.rows * off ** 2;
    chance += day.rows * samplingVariance(reference, metric, calibrator, day, labelled);
    weight += day.rows;
  });
  const spread = spreadOf(reference.cells, realised(reference, metric), days);
  const correlation = spread ? dayEffect([spread]).correlation : 0;
  const doubt = Math.sqrt(2 / (days.length - 1));
  const variance = weight > 0 ? Math.max(0, ((1 + doubt) * squares - chance) / weight) : 0;
  const found = { variance, correlation };
  estimator.dayErrors.set(metric, found);
  return found;
}
