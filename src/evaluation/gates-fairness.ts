import { studentQuantile } from '../drift/student.ts';
import type { Task } from '../plan/schema.ts';
import { type Holdout, type Level, minimumRows, minimumRowsPerClass } from './evidence.ts';
import type { ScoresLike } from './metric-set.ts';
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
  /** Between which groups the gap is, and how many were left out. */
  note(model: number, metric: string): string | undefined;
}

export interface GapRequest {
  readonly holdout: Pick<Holdout, 'task' | 'labels' | 'blocks'>;
  readonly column: string;
  readonly values: readonly (string | number | null)[];
  /** One entry per model, null for a model that failed on rows. */
  readonly scores: readonly (ScoresLike | null)[];
}

/**
 * The largest difference between any two groups: of predicted positives (demographic parity), of the true positive rate (equal
 * opportunity), of either error rate (equalized odds), of accuracy, of the mean absolute error. Groups with too few rows for a rate of their
 * own are left out, and said so. Intervals: delete-one-block jackknife over whole days, with Student's quantile.
 * Definitions: Hardt, Price, Srebro (2016), Equality of Opportunity in Supervised Learning; as fairlearn's *_difference metrics.
 */
export function gatherGroupGaps({ holdout, column, values, scores }: GapRequest): GroupGaps {
  const groups = groupsOf(holdout, values);
  const rows = Int32Array.from(groups.kept.flatMap((group) => group.rows)).sort();
  const groupOf = new Int32Array(values.length);
  groups.kept.forEach((group, at) => {
    for (const row of group.rows) groupOf[row] = at;
  });
  const { block, blocks } = blocksOf(rows, holdout.blocks);
  const cut = { rows, block, blocks, groupOf, groups: groups.kept.length };
  const tallies = scores.map((each) => each && tally(holdout, each, cut));
  const tooLittle =
    groups.kept.length < 2 ? `needs two groups of ${minimumRows} rows, has ${groups.kept.length}` : null;
  const without = (model: number, metric: string) => jackknife(tallies[model] ?? null, metric);
  const ratesOf = (model: number, metric: string): Rates => {
    const each = tallies[model];
    return each ? (rates[metric]?.(groupSums(each, null)) ?? []) : [];
  };
  const gap = (model: number, metric: string): number => widest(ratesOf(model, metric));
  return {
    ...{ column, n: rows.length, tooLittle },
    gap: (model, metric) => (Number.isFinite(gap(model, metric)) ? gap(model, metric) : null),
    interval: (model, metric, level) => studentInterval(gap(model, metric), without(model, metric), level),
    differenceInterval: (model, other, metric, level) => {
      const others = without(other, metric);
      const gaps = without(model, metric).map((value, at) => value - (others[at] ?? Number.NaN));
      return studentInterval(gap(model, metric) - gap(other, metric), gaps, level);
    },
    note: (model, metric) => noteOf(groups, ratesOf(model, metric)),
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

/** Days are blocks; of fewer than ten days each is cut into runs of its rows, about twenty in all. */
function blocksOf(rows: Int32Array, day: ArrayLike<number>): { readonly block: Int32Array; readonly blocks: number } {
  const sizes = new Map<number, number>();
  for (const row of rows) sizes.set(day[row] ?? 0, (sizes.get(day[row] ?? 0) ?? 0) + 1);
  const perDay = sizes.size >= 10 ? 1 : Math.ceil(20 / Math.max(1, sizes.size));
  const places = new Map([...sizes.keys()].map((name, at) => [name, at]));
  const seen = new Map<number, number>();
  const block = rows.map((row) => {
    const name = day[row] ?? 0;
    const place = seen.get(name) ?? 0;
    seen.set(name, place + 1);
    return (places.get(name) as number) * perDay + Math.floor((place * perDay) / (sizes.get(name) as number));
  });
  return { block, blocks: sizes.size * perDay };
}

const cell = { n: 0, positive: 1, predicted: 2, hit: 3, error: 4, width: 5 } as const;

interface Tally {
  readonly groups: number;
  readonly blocks: number;
  /** Per block and group: rows, positives, predicted positives, true positives, and wrong answers or absolute errors. */
  readonly sums: Float64Array;
}

interface Cut {
  readonly rows: Int32Array;
  readonly block: Int32Array;
  readonly blocks: number;
  readonly groupOf: Int32Array;
  readonly groups: number;
}

function tally(
  { task, labels }: GapRequest['holdout'],
  scores: ScoresLike,
  { rows, block, blocks, groupOf, groups }: Cut,
): Tally {
  const sums = new Float64Array(blocks * groups * cell.width);
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] as number;
    const base = ((block[at] as number) * groups + (groupOf[row] as number)) * cell.width;
    counted(task, labels[row] as number, answerOf(task, scores, row)).forEach((value, column) => {
      sums[base + column] = (sums[base + column] as number) + value;
    });
  }
  return { groups, blocks, sums };
}

/** What one row adds to the cells of its group. */
function counted(task: Task, label: number, answer: number): readonly number[] {
  if (task === 'regression') return [1, 0, 0, 0, Math.abs(answer - label)];
  const wrong = answer === label ? 0 : 1;
  return task === 'binary-classification' ? [1, label, answer, answer * label, wrong] : [1, 0, 0, 0, wrong];
}

function answerOf(task: Task, { values, width }: ScoresLike, row: number): number {
  const last = values[row * width + width - 1] as number;
  if (task === 'regression') return last;
  if (task === 'binary-classification') return last > 0.5 ? 1 : 0;
  let best = 0;
  for (let column = 1; column < width; column += 1)
    if ((values[row * width + column] as number) > (values[row * width + best] as number)) best = column;
  return best;
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

/** Of all blocks, or of all but one. */
function groupSums({ groups, blocks, sums }: Tally, without: number | null): Float64Array[] {
  const totals = Array.from({ length: groups }, () => new Float64Array(cell.width));
  for (let block = 0; block < blocks; block += 1) {
    if (block === without) continue;
    for (let group = 0; group < groups; group += 1) {
      const total = totals[group] as Float64Array;
      const base = (block * groups + group) * cell.width;
      for (let column = 0; column < cell.width; column += 1)
        total[column] = sumOf(total, column) + (sums[base + column] as number);
    }
  }
  return totals;
}

/** The gap without each block in turn. */
function jackknife(tallied: Tally | null, metric: string): Float64Array {
  const of = rates[metric];
  if (tallied === null || of === undefined) return new Float64Array(0);
  return Float64Array.from({ length: tallied.blocks }, (_, block) => widest(of(groupSums(tallied, block))));
}

/** Variance (B - 1) / B * sum of squares around the mean of the values without a block (Efron & Tibshirani 1993, chapter 11). */
function studentInterval(value: number, without: Float64Array, { stated, single }: Level): Interval | null {
  const blocks = without.length;
  const mean = without.reduce((sum, each) => sum + each, 0) / blocks;
  const squares = without.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  const reach = studentQuantile((1 - single) / 2, blocks - 1) * Math.sqrt(((blocks - 1) / blocks) * squares);
  if (blocks < 2 || !Number.isFinite(reach) || !Number.isFinite(value)) return null;
  return { low: value - reach, high: value + reach, confidence: stated };
}

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
