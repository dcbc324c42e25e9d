import type { Task } from '../plan/schema.ts';
import { BlockSums } from './block-sums.ts';
import { timeBlocks } from './blocks.ts';
import { type Holdout, type Level, minimumRows, minimumRowsPerClass } from './evidence.ts';
import { type Estimated, effectiveDegrees, minus, standardError, studentInterval } from './influence.ts';
import { decidedClass, type MetricSet, positiveProbability, type ScoresLike, weightOf } from './metric-set.ts';
import { mostLikely } from './multiclass-metrics.ts';
import type { Interval } from './report.ts';

/** Differences between the groups of one column, for every model on the same rows. */
export interface GroupGaps {
  readonly column: string;
  readonly n: number;
  /** Why there are too few groups to compare; null when there are enough. */
  readonly tooLittle: string | null;
  gap(model: number, metric: string): number | null;
  interval(model: number, metric: string, level: Level): Interval | null;
  /** Of `model` minus `other`, paired. */
  differenceInterval(model: number, other: number, metric: string, level: Level): Interval | null;
  /** The same with what each block of time does to it, for the family of all comparisons. */
  difference(model: number, other: number, metric: string): Estimated | null;
  /** Between which groups the gap is, and how many were left out. */
  note(model: number, metric: string): string | undefined;
}

export interface GapRequest {
  readonly holdout: Pick<Holdout, 'task' | 'labels' | 'blocks' | 'weights'>;
  readonly column: string;
  readonly values: readonly (string | number | null)[];
  /** One entry per model, null for a model that failed on rows. */
  readonly scores: readonly (ScoresLike | null)[];
}

/**
 * The largest difference between any two groups: of predicted positives (demographic parity), of the true positive rate (equal
 * opportunity), of either error rate (equalized odds), of accuracy, of the mean absolute error. Groups with too few rows for a rate of their
 * own are left out, and said so. Intervals as of every metric: delete-one-block jackknife over whole days, with Student's quantile.
 * Definitions: Hardt, Price, Srebro (2016), Equality of Opportunity in Supervised Learning; as fairlearn's *_difference metrics.
 */
export function gatherGroupGaps({ holdout, column, values, scores }: GapRequest): GroupGaps {
  const groups = groupsOf(holdout, values);
  const rows = Int32Array.from(groups.kept.flatMap((group) => group.rows)).sort();
  const cut = cutOf(holdout, rows, groups, values.length);
  const sets = scores.map((each) => each && gapsOf(holdout, each, cut));
  const estimated = (model: number, metric: string): Estimated | null => {
    const set = sets[model];
    const at = set?.names.indexOf(metric) ?? -1;
    const influence = set?.influences[at];
    const value = set?.values[at];
    if (!influence || value === undefined || !Number.isFinite(value) || groups.kept.length < 2) return null;
    return { value, influence, names: cut.names, degrees: cut.degrees };
  };
  const difference = (model: number, other: number, metric: string): Estimated | null => {
    const [own, others] = [estimated(model, metric), estimated(other, metric)];
    const between = own && others && minus(own, others);
    return between && Number.isFinite(standardError(between)) ? between : null;
  };
  const bounds = (value: Estimated | null, { stated, single }: Level): Interval | null => {
    const interval = value && studentInterval(value, single);
    return interval && { ...interval, confidence: stated };
  };
  return {
    ...{ column, n: rows.length, difference },
    tooLittle: groups.kept.length < 2 ? `needs two groups of ${minimumRows} rows, has ${groups.kept.length}` : null,
    gap: (model, metric) => estimated(model, metric)?.value ?? null,
    interval: (model, metric, level) => bounds(estimated(model, metric), level),
    differenceInterval: (model, other, metric, level) => bounds(difference(model, other, metric), level),
    note: (model, metric) => noteOf(groups, ratesOf(metric, sets[model]?.whole ?? new Float64Array(0))),
  };
}

interface Groups {
  readonly kept: readonly { readonly name: string; readonly rows: readonly number[] }[];
  readonly leftOut: number;
}

function groupsOf({ task, labels }: GapRequest['holdout'], values: readonly (string | number | null)[]): Groups {
  const byName = new Map<string, number[]>();
  values.forEach((value, row) => {
    const name = value === null ? '(missing)' : String(value);
    const rows = byName.get(name);
    if (rows) rows.push(row);
    else byName.set(name, [row]);
  });
  const enough = (rows: readonly number[]): boolean => {
    if (rows.length < minimumRows) return false;
    if (task !== 'binary-classification') return true;
    const positives = rows.reduce((sum, row) => sum + (labels[row] as number), 0);
    return positives >= minimumRowsPerClass && rows.length - positives >= minimumRowsPerClass;
  };
  const all = [...byName].map(([name, rows]) => ({ name, rows }));
  const kept = all.filter(({ rows }) => enough(rows)).sort((a, b) => (a.name < b.name ? -1 : 1));
  return { kept, leftOut: all.length - kept.length };
}

interface Cut {
  readonly rows: Int32Array;
  readonly block: Int32Array;
  readonly blocks: number;
  readonly names: Float64Array;
  readonly degrees: number;
  readonly groupOf: Int32Array;
  readonly groups: number;
}

function cutOf(holdout: GapRequest['holdout'], rows: Int32Array, { kept }: Groups, all: number): Cut {
  const groupOf = new Int32Array(all);
  kept.forEach((group, at) => {
    for (const row of group.rows) groupOf[row] = at;
  });
  const { block, blocks, names } = timeBlocks(rows, holdout.blocks);
  const sizes = new Float64Array(blocks);
  const weights = holdout.weights ?? null;
  block.forEach((at, place) => {
    sizes[at] = (sizes[at] as number) + weightOf({ weights }, rows[place] as number);
  });
  return { rows, block, blocks, names, degrees: effectiveDegrees(sizes), groupOf, groups: kept.length };
}

const cell = { n: 0, positive: 1, predicted: 2, hit: 3, error: 4, width: 5 } as const;

interface GapSet extends MetricSet {
  /** Sums of all blocks, group after group. */
  readonly whole: Float64Array;
}

function gapsOf({ task, labels, weights = null }: GapRequest['holdout'], scores: ScoresLike, cut: Cut): GapSet {
  const { rows, block, blocks, groupOf, groups } = cut;
  const sums = new BlockSums(blocks, groups * cell.width);
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] as number;
    const base = (groupOf[row] as number) * cell.width;
    const weight = weightOf({ weights }, row);
    counted(task, labels[row] as number, answerOf(task, scores, row)).forEach((value, column) => {
      sums.add(block[at] as number, base + column, weight * value);
    });
  }
  let whole: Float64Array | undefined;
  const names = metricsOfTask[task];
  const set = sums.metrics(names, (totals) => {
    // The first call is for all blocks together.
    whole ??= Float64Array.from(totals);
    return names.map((name) => widest(ratesOf(name, totals)));
  });
  return { ...set, whole: whole ?? new Float64Array(0) };
}

const metricsOfTask: Readonly<Record<Task, readonly string[]>> = {
  'binary-classification': ['demographicParity', 'equalOpportunity', 'equalizedOdds', 'accuracyGap'],
  'multiclass-classification': ['accuracyGap'],
  regression: ['maeGap'],
};

function ratesOf(metric: string, totals: Float64Array): Rates {
  const groups = Array.from({ length: totals.length / cell.width }, (_, group) =>
    totals.subarray(group * cell.width, (group + 1) * cell.width),
  );
  return rates[metric]?.(groups) ?? [];
}

/** What one row adds to the cells of its group. */
function counted(task: Task, label: number, answer: number): readonly number[] {
  if (task === 'regression') return [1, 0, 0, 0, Math.abs(answer - label)];
  const wrong = answer === label ? 0 : 1;
  return task === 'binary-classification' ? [1, label, answer, answer * label, wrong] : [1, 0, 0, 0, wrong];
}

function answerOf(task: Task, scores: ScoresLike, row: number): number {
  if (task === 'regression') return positiveProbability({ scores }, row);
  return task === 'binary-classification' ? decidedClass(scores, row) : mostLikely(scores, row);
}

type Rates = readonly (readonly number[])[];

/** Per metric the rates of each group; equalized odds looks at two. */
const rates: Readonly<Record<string, (sums: readonly Float64Array[]) => Rates>> = {
  demographicParity: (groups) => [groups.map((sum) => sumOf(sum, cell.predicted) / sumOf(sum, cell.n))],
  equalOpportunity: (groups) => [groups.map(truePositiveRate)],
  equalizedOdds: (groups) => [groups.map(truePositiveRate), groups.map(falsePositiveRate)],
  accuracyGap: (groups) => [groups.map((sum) => 1 - sumOf(sum, cell.error) / sumOf(sum, cell.n))],
  maeGap: (groups) => [groups.map((sum) => sumOf(sum, cell.error) / sumOf(sum, cell.n))],
};

const sumOf = (sum: Float64Array, column: number): number => sum[column] as number;
const truePositiveRate = (sum: Float64Array): number => sumOf(sum, cell.hit) / sumOf(sum, cell.positive);
const falsePositiveRate = (sum: Float64Array): number =>
  (sumOf(sum, cell.predicted) - sumOf(sum, cell.hit)) / (sumOf(sum, cell.n) - sumOf(sum, cell.positive));

/** NaN when a group has no rate: 0/0 says nothing about fairness. */
function widest(all: Rates): number {
  return Math.max(...all.map((each) => Math.max(...each) - Math.min(...each)));
}

function noteOf({ kept, leftOut }: Groups, all: Rates): string | undefined {
  const left = leftOut > 0 ? `${leftOut} with too few rows left out` : '';
  const [furthest] = [...all].sort((a, b) => widest([b]) - widest([a]));
  if (furthest === undefined || !Number.isFinite(widest([furthest]))) return left === '' ? undefined : left;
  const [low, high] = [furthest.indexOf(Math.min(...furthest)), furthest.indexOf(Math.max(...furthest))];
  const show = (group: number) => `${kept[group]?.name} ${Number((furthest[group] ?? 0).toPrecision(3))}`;
  return [`${kept.length} groups, from ${show(low)} to ${show(high)}`, left].filter((words) => words !== '').join('; ');
}
