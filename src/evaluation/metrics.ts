import { PerennialError } from '../errors/error.ts';
import type { Task } from '../plan/schema.ts';
import { binaryMetricNames, prepareBinary } from './binary-metrics.ts';
import type { MetricSet, ScoredRows, ScoresLike } from './metric-set.ts';
import { multiclassMetricNames, prepareMulticlass } from './multiclass-metrics.ts';
import { prepareRegression, regressionMetricNames } from './regression-metrics.ts';

/**
 * Every metric of the task on these rows, as scikit-learn computes it; `null` where it is not defined (one class only, nothing predicted
 * positive, a score that is not finite, no rows) instead of a guess.
 * @param labels class index (classification) or value (regression), one per row
 * @param scores row-major: probabilities in the order of `classes` (binary: also one column, the last class), or predicted values
 * @throws PRN-EVALUATION-002 the scores do not fit the labels or the classes
 */
export function computeMetrics(
  task: Task,
  labels: ArrayLike<number>,
  scores: ScoresLike,
  classes: readonly (string | number)[],
): Record<string, number | null> {
  const rows = Int32Array.from({ length: labels.length }, (_, row) => row);
  const set = prepareMetrics(
    { task, labels, scores, classes },
    { rows, block: new Int32Array(rows.length), blocks: 1 },
  );
  return named(set, set.evaluate(new Float64Array([1])));
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
 * Gets rows ready to be counted many times over, with a weight per block.
 * @throws PRN-EVALUATION-002 the scores do not fit the labels or the classes
 */
export function prepareMetrics(
  scored: { readonly task: Task; readonly classes: readonly (string | number)[] } & Pick<
    ScoredRows,
    'labels' | 'scores'
  >,
  part: Pick<ScoredRows, 'rows' | 'block' | 'blocks'>,
): MetricSet {
  const { task, labels, scores, classes } = scored;
  requireSameRows(task, labels, scores, classes.length);
  const rows: ScoredRows = { labels, scores, ...part };
  if (task !== 'regression') requireClassIndices(labels, Math.max(2, classes.length));
  if (!allFinite(rows)) return undefinedSet(metricsOf(task));
  if (task === 'regression') return prepareRegression(rows);
  return task === 'binary-classification' ? prepareBinary(rows) : prepareMulticlass(rows);
}

/** Values by metric name, with `null` for what is not defined. */
export function named(set: MetricSet, values: Float64Array): Record<string, number | null> {
  return Object.fromEntries(set.names.map((name, at) => [name, finiteOrNull(values[at])]));
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
  ...servingMetrics,
]);

function undefinedSet(names: readonly string[]): MetricSet {
  return { names, evaluate: () => new Float64Array(names.length).fill(Number.NaN) };
}

function allFinite({ rows, labels, scores }: ScoredRows): boolean {
  return rows.every((row) => {
    if (!Number.isFinite(labels[row])) return false;
    for (let column = 0; column < scores.width; column += 1)
      if (!Number.isFinite(scores.values[row * scores.width + column])) return false;
    return true;
  });
}

function requireClassIndices(labels: ArrayLike<number>, classes: number): void {
  for (let row = 0; row < labels.length; row += 1) {
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
