import type { Task } from '../plan/schema.ts';
import { timeBlocks } from './blocks.ts';
import { type CustomMetric, type CustomMetrics, measureCustom } from './custom-metric.ts';
import { type Estimated, effectiveDegrees, minus, standardError, studentInterval } from './influence.ts';
import { joined, type MetricSet, type ScoresLike, weightOf } from './metric-set.ts';
import { finiteOrNull, measureRows, named } from './metrics.ts';
import type { Interval } from './report.ts';

/** The labelled hold-out and how to resample it. */
export interface Holdout {
  readonly task: Task;
  /** Class index or value per row, in time order. */
  readonly labels: ArrayLike<number>;
  readonly classes: readonly (string | number)[];
  /** Block of each row, such as its day: rows of one block come out well or badly together. */
  readonly blocks: ArrayLike<number>;
  /** How much each row counts; all the same unless given. */
  readonly weights?: ArrayLike<number> | null | undefined;
}

/** What the rows of one part of the hold-out say about several models. */
export interface Evidence {
  readonly n: number;
  /** Why the rows are too few to judge by; null when they suffice. */
  readonly tooLittle: string | null;
  /** Null for a model that did not answer. */
  metrics(model: number): Readonly<Record<string, number | null>> | null;
  interval(model: number, metric: string, level: Level): Interval | null;
  /** Of `model` minus `other`, paired. */
  differenceInterval(model: number, other: number, metric: string, level: Level): Interval | null;
  /** The same with what each block of time does to it; null where a standard error is not known. */
  difference(model: number, other: number, metric: string): Estimated | null;
}

/** `stated` is what people read; `single` is that of one of several comparisons, which together keep `stated`. */
export interface Level {
  readonly stated: number;
  readonly single: number;
}

/** Below this nothing is decided: the verdict is inconclusive. */
export const minimumRows = 100;
/** Two classes must have as many rows each, or a metric hangs on single rows. */
export const minimumRowsPerClass = 10;

/**
 * Measures every model on the rows of a part. Intervals are Student's around the value, with the standard error of whole blocks of time.
 * @param scores one entry per model, null for a model that failed on these rows
 */
export async function gatherEvidence(request: {
  readonly holdout: Holdout;
  readonly rows: Int32Array;
  readonly scores: readonly (ScoresLike | null)[];
  /** Metrics of the plan, and who computes them. */
  readonly custom?: { readonly metrics: readonly CustomMetric[]; readonly port: CustomMetrics } | undefined;
  /** Awaited after each model, so that the caller's event loop lives. */
  readonly yieldNow?: (() => Promise<void>) | undefined;
}): Promise<Evidence> {
  const { holdout, scores, custom, yieldNow } = request;
  const weights = holdout.weights ?? null;
  const rows = weights ? request.rows.filter((row) => weights[row] !== 0) : request.rows;
  const tooLittle = whyTooLittle(holdout, rows);
  const { block, blocks, names } = timeBlocks(rows, holdout.blocks);
  const sizes = new Float64Array(blocks);
  block.forEach((at, place) => {
    sizes[at] = (sizes[at] as number) + weightOf({ weights }, rows[place] as number);
  });
  const sets: (MetricSet | null)[] = [];
  for (const values of scores) {
    const scored = values && { ...holdout, weights, scores: values, rows, block, blocks };
    const own = scored && measureRows(scored, scored);
    const ofPlan = scored && custom && custom.metrics.length > 0 && tooLittle === null;
    sets.push(own && ofPlan ? joined([own, await measureCustom(custom.port, custom.metrics, scored)]) : own);
    await yieldNow?.();
  }
  return read({ n: rows.length, tooLittle, sets, names, degrees: effectiveDegrees(sizes) });
}

/** Rows of a part that may be judged: enough of them, and for classification enough of at least two classes. */
export function whyTooLittle({ task, labels }: Holdout, rows: Int32Array): string | null {
  if (rows.length < minimumRows) return `needs ${minimumRows} rows, has ${rows.length}`;
  if (task === 'regression') return null;
  const perClass = new Map<number, number>();
  let enough = 0;
  for (const row of rows) {
    const count = (perClass.get(labels[row] as number) ?? 0) + 1;
    perClass.set(labels[row] as number, count);
    if (count === minimumRowsPerClass) enough += 1;
    if (enough === 2) return null;
  }
  return `needs ${minimumRowsPerClass} rows in each of two classes, has ${enough} such class`;
}

function read(measured: {
  readonly n: number;
  readonly tooLittle: string | null;
  readonly sets: readonly (MetricSet | null)[];
  readonly names: Float64Array;
  readonly degrees: number;
}): Evidence {
  const { n, tooLittle, sets, names, degrees } = measured;
  const points = sets.map((set) => set && named(set));
  const estimated = (model: number, metric: string): Estimated | null => {
    const set = sets[model];
    const at = set?.names.indexOf(metric) ?? -1;
    const influence = set?.influences[at];
    if (!set || !influence || tooLittle !== null) return null;
    return { value: set.values[at] as number, influence, names, degrees };
  };
  const between = (model: number, other: number, metric: string): Estimated | null => {
    const [own, others] = [estimated(model, metric), estimated(other, metric)];
    if (!own || !others) return null;
    const gap = minus(own, others);
    return Number.isFinite(standardError(gap)) ? gap : null;
  };
  const bounds = (value: Estimated | null, { stated, single }: Level): Interval | null => {
    const interval = value && studentInterval(value, single);
    return interval && { ...interval, confidence: stated };
  };
  return {
    n,
    tooLittle,
    metrics: (model) => points[model] ?? null,
    interval: (model, metric, level) => bounds(estimated(model, metric), level),
    differenceInterval: (model, other, metric, level) => bounds(between(model, other, metric), level),
    difference: between,
  };
}

export function difference(
  of: Readonly<Record<string, number | null>> | null,
  from: Readonly<Record<string, number | null>> | null,
  metric: string,
): number | null {
  const [value, other] = [of?.[metric] ?? null, from?.[metric] ?? null];
  return value === null || other === null ? null : finiteOrNull(value - other);
}
