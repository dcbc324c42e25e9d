import type { Task } from '../plan/schema.ts';
import {
  defaultResamples,
  drawReplicates,
  percentileInterval,
  type Replicates,
  resamplingBlocks,
} from './bootstrap.ts';
import type { MetricSet, ScoresLike } from './metric-set.ts';
import { finiteOrNull, named, prepareMetrics } from './metrics.ts';
import type { Random } from './random.ts';
import type { Interval } from './report.ts';

/** The labelled hold-out and how to resample it. */
export interface Holdout {
  readonly task: Task;
  /** Class index or value per row, in time order. */
  readonly labels: ArrayLike<number>;
  readonly classes: readonly (string | number)[];
  /** Block of each row, such as its day: rows of one block are resampled together. */
  readonly blocks: ArrayLike<number>;
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

/** @param scores one entry per model, null for a model that failed on these rows */
export async function gatherEvidence(request: {
  readonly holdout: Holdout;
  readonly rows: Int32Array;
  readonly scores: readonly (ScoresLike | null)[];
  readonly random: Random;
  readonly resamples?: number;
  readonly yieldNow?: (() => Promise<void>) | undefined;
}): Promise<Evidence> {
  const { holdout, rows, scores, random, resamples = defaultResamples, yieldNow } = request;
  const tooLittle = whyTooLittle(holdout, rows);
  const { block, blocks } = resamplingBlocks(rows, holdout.blocks);
  const answered = scores.flatMap((values, model) => (values ? [{ values, model }] : []));
  const sets = answered.map(({ values }) => prepareMetrics({ ...holdout, scores: values }, { rows, block, blocks }));
  const replicates = tooLittle
    ? null
    : await drawReplicates({ sets, blocks, rows: rows.length, resamples, random, yieldNow });
  return read({ n: rows.length, tooLittle, blocks, sets, replicates, models: answered.map(({ model }) => model) });
}

/** Rows of a part that may be judged: enough of them, and for classification enough of at least two classes. */
export function whyTooLittle({ task, labels }: Holdout, rows: Int32Array): string | null {
  if (rows.length < minimumRows) return `needs ${minimumRows} rows, has ${rows.length}`;
  if (task === 'regression') return null;
  const perClass = new Map<number, number>();
  for (const row of rows) perClass.set(labels[row] as number, (perClass.get(labels[row] as number) ?? 0) + 1);
  const enough = [...perClass.values()].filter((count) => count >= minimumRowsPerClass).length;
  return enough >= 2 ? null : `needs ${minimumRowsPerClass} rows in each of two classes, has ${enough} such class`;
}

function read(drawn: {
  readonly n: number;
  readonly tooLittle: string | null;
  readonly blocks: number;
  readonly sets: readonly MetricSet[];
  readonly replicates: Replicates | null;
  /** Model of each entry of `sets`. */
  readonly models: readonly number[];
}): Evidence {
  const { n, tooLittle, blocks, sets, replicates, models } = drawn;
  const points = sets.map((set) => named(set, set.evaluate(new Float64Array(blocks).fill(1))));
  const draws = (model: number, metric: string): Float64Array | undefined => {
    const at = models.indexOf(model);
    return replicates?.[at]?.[sets[at]?.names.indexOf(metric) ?? -1];
  };
  const bounds = (values: Float64Array, { stated, single }: Level): Interval | null => {
    const interval = percentileInterval(values, single, blocks);
    return interval && { ...interval, confidence: stated };
  };
  return {
    n,
    tooLittle,
    metrics: (model) => points[models.indexOf(model)] ?? null,
    interval: (model, metric, level) => {
      const values = draws(model, metric);
      return values ? bounds(values, level) : null;
    },
    differenceInterval: (model, other, metric, level) => {
      const [values, others] = [draws(model, metric), draws(other, metric)];
      if (!values || !others) return null;
      return bounds(
        values.map((value, at) => value - (others[at] as number)),
        level,
      );
    },
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
