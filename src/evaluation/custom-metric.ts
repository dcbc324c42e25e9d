import type { Task } from '../plan/schema.ts';
import { centred } from './block-sums.ts';
import { decidedClass, type MetricSet, positiveProbability, type ScoredRows, weightOf } from './metric-set.ts';
import { mostLikely } from './multiclass-metrics.ts';

/** A metric that the plan defines: one SQL expression over the scored rows. */
export interface CustomMetric {
  readonly name: string;
  /** Aggregates `label`, `prediction`, `score` and `weight` to one number. */
  readonly sql: string;
  readonly better: 'higher' | 'lower';
}

/** Scored rows as custom metrics see them, one entry per row. */
export interface CustomRows {
  /** Two classes: 1 for the last, else 0. Several: their names. Regression: values. */
  readonly label: readonly (number | string)[] | Float64Array;
  readonly prediction: readonly (number | string)[] | Float64Array;
  /** Two classes: probability of the last. Several: of the predicted one. Regression: the prediction. */
  readonly score: Float64Array;
  readonly weight: Float64Array;
  readonly block: Int32Array;
  readonly blocks: number;
}

/** By metric: its value, and the values without each block. NaN where it is not defined. */
export interface CustomValues {
  readonly value: number;
  readonly without: Float64Array;
}

/** Port: computes custom metrics. Adapter: duckdb/. */
export interface CustomMetrics {
  /**
   * @throws PRN-EVALUATION-006 an expression that is not one plain aggregate
   * @throws PRN-EVALUATION-007 an expression that fails on the rows
   */
  measure(metrics: readonly CustomMetric[], rows: CustomRows): Promise<readonly CustomValues[]>;
}

/** Custom metrics of a part of the hold-out, with delete-one-block influences like every other metric. */
export async function measureCustom(
  port: CustomMetrics,
  metrics: readonly CustomMetric[],
  scored: ScoredRows & { readonly task: Task; readonly classes: readonly (string | number)[] },
): Promise<MetricSet> {
  const names = metrics.map(({ name }) => name);
  const found = await port.measure(metrics, customRows(scored));
  const { blocks } = scored;
  return {
    names,
    values: Float64Array.from(found, ({ value }) => value),
    influences: found.map(({ value, without }) =>
      centred(without.map((rest) => ((blocks - 1) / blocks) * (value - rest))),
    ),
  };
}

function customRows(
  scored: ScoredRows & { readonly task: Task; readonly classes: readonly (string | number)[] },
): CustomRows {
  const { rows, labels, scores, classes, task, block, blocks } = scored;
  const weight = Float64Array.from(rows, (row) => weightOf(scored, row));
  const shared = { weight, block, blocks };
  if (task === 'multiclass-classification') {
    const predicted = Array.from(rows, (row) => mostLikely(scores, row));
    return {
      ...shared,
      label: Array.from(rows, (row) => String(classes[labels[row] as number])),
      prediction: predicted.map((at) => String(classes[at])),
      score: Float64Array.from(
        rows,
        (row, at) => scores.values[row * scores.width + (predicted[at] as number)] as number,
      ),
    };
  }
  const label = Float64Array.from(rows, (row) => labels[row] as number);
  const score = Float64Array.from(rows, (row) => positiveProbability(scored, row));
  const prediction = task === 'regression' ? score : Float64Array.from(rows, (row) => decidedClass(scores, row));
  return { ...shared, label, prediction, score };
}
