import { PerennialError } from '../errors/error.ts';
import type { Task } from '../plan/schema.ts';
import { binaryMetricNames, binaryMetrics } from './binary-metrics.ts';
import type { MetricSet, ScoredRows, ScoresLike } from './metric-set.ts';
import { multiclassMetricNames, multiclassMetrics } from './multiclass-metrics.ts';
import { regressionMetricNames, regressionMetrics } from './regression-metrics.ts';

/**
 * Every metric of the task on these rows, as scikit-learn computes it; `null` where it is not defined (one class only, nothing predicted
 * positive, a score that is not finite, no rows) instead of a guess.
 * @param labels class index (classification) or value (regression), one per row
 * @param scores row-major: probabilities in the order of `classes` (binary: also one column, the last class), or predicted values
 * @param weights how much each row counts, 0 or more; null: all the same
 * @throws PRN-EVALUATION-002 the scores do not fit the labels or the classes
 */
export function computeMetrics(
  task: Task,
  labels: ArrayLike<number>,
  scores: ScoresLike,
  classes: readonly (string | number)[],
  weights: ArrayLike<number> | null = null,
): Record<string, number | null> {
  const rows = Int32Array.from({ length: labels.length }, (_, row) => row).filter((row) => weights?.[row] !== 0);
  const part = { rows, block: new Int32Array(rows.length), blocks: 1 };
  return named(measureRows({ task, labels, scores, classes, weights }, part));
}

/** Whether more of the metric is better. Serving times, errors and losses are better when lower. */
export function metricDirection(metric: string): 'higher' | 'lower' {
  return lowerIsBetter.has(metric) ? 'lower' : 'higher';
}

/** The metric that ranks the versions of a task. */
export function primaryMetric(task: Task): string {
  if (task === 'regression') return 'rmse';
  return task === 'binary-classification' ? 'auc' : 'accuracy';
}

/** Metrics of the hold-out that a gate, a sweep or a check may name. */
export function metricsOf(task: Task): readonly string[] {
  if (task === 'regression') return regressionMetricNames;
  return task === 'binary-classification' ? binaryMetricNames : multiclassMetricNames;
}

/** Metrics that come from serving the hold-out, not from its labels; `servingErrors` is the share of rows without an answer. */
export const servingMetrics: readonly string[] = ['servingP50Ms', 'servingP99Ms', 'servingErrors'];

/**
 * Every metric of the task on a part of the hold-out, with the influence of each of its blocks.
 * @throws PRN-EVALUATION-002 the scores do not fit the labels or the classes
 */
export function measureRows(
  scored: { readonly task: Task; readonly classes: readonly (string | number)[] } & Pick<
    ScoredRows,
    'labels' | 'scores' | 'weights'
  >,
  part: Pick<ScoredRows, 'rows' | 'block' | 'blocks'>,
): MetricSet {
  const { task, labels, scores, weights, classes } = scored;
  requireSameRows(task, labels, scores, classes.length);
  const rows: ScoredRows = { labels, scores, weights, ...part };
  if (task !== 'regression') requireClassIndices(rows, Math.max(2, classes.length));
  if (rows.rows.length === 0 || !allFinite(rows)) return undefinedSet(metricsOf(task), part.blocks);
  if (task === 'regression') return regressionMetrics(rows);
  return task === 'binary-classification' ? binaryMetrics(rows) : multiclassMetrics(rows);
}

/** Values by metric name, with `null` for what is not defined. */
export function named({ names, values }: MetricSet): Record<string, number | null> {
  return Object.fromEntries(names.map((name, at) => [name, finiteOrNull(values[at])]));
}

/** JSON knows neither NaN nor Infinity. */
export function finiteOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

const lowerIsBetter: ReadonlySet<string> = new Set([
  'logLoss',
  'brier',
  'ece',
  'mae',
  'rmse',
  'mape',
  'pinball10',
  'pinball50',
  'pinball90',
  ...servingMetrics,
]);

function undefinedSet(names: readonly string[], blocks: number): MetricSet {
  return {
    names,
    values: new Float64Array(names.length).fill(Number.NaN),
    influences: names.map(() => new Float64Array(blocks).fill(Number.NaN)),
  };
}

function allFinite({ rows, labels, scores }: ScoredRows): boolean {
  const { values, width } = scores;
  for (const row of rows) {
    if (!Number.isFinite(labels[row])) return false;
    for (let at = row * width; at < (row + 1) * width; at += 1) if (!Number.isFinite(values[at])) return false;
  }
  return true;
}

function requireClassIndices({ rows, labels }: ScoredRows, classes: number): void {
  for (const row of rows) {
    const label = labels[row] as number;
    if (Number.isNaN(label) || (Number.isInteger(label) && label >= 0 && label < classes)) continue;
    throw new PerennialError('PRN-EVALUATION-002', {
      message: `Row ${row} of the hold-out has the label ${label}, which is no index into the ${classes} classes of the model.`,
    });
  }
}

function requireSameRows(task: Task, labels: ArrayLike<number>, scores: ScoresLike, classes: number): void {
  const widths = { 'binary-classification': [1, 2], 'multiclass-classification': [classes], regression: [1] }[task];
  if (
    scores.rows === labels.length &&
    scores.values.length === scores.rows * scores.width &&
    widths.includes(scores.width)
  )
    return;
  throw new PerennialError('PRN-EVALUATION-002', {
    message: `A ${task} evaluation has ${labels.length} labels but ${scores.rows} × ${scores.width} scores in ${scores.values.length} values; expected ${labels.length} × ${widths.join(' or ')}.`,
  });
}
