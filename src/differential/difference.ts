import { decidedClass, type ScoresLike } from '../evaluation/metric-set.ts';
import { mostLikely } from '../evaluation/multiclass-metrics.ts';
import { quantileOf } from '../evaluation/quantile.ts';
import type { Signature } from '../gateway/predictor.ts';

/** What a new version answers otherwise than an old one to the same rows. No label is needed. The same rows give the same bytes. */
export interface Difference {
  readonly rows: number;
  /**
   * Rows whose predicted class differs, each version deciding by its own threshold; of a regression those whose value moves by more than a
   * hundredth of the old values' spread.
   */
  readonly flipped: number;
  /** From which class to which, most first. Empty for a regression. */
  readonly flips: readonly { readonly from: string; readonly to: string; readonly rows: number }[];
  /** Of the score: the probability of the last of two classes, of the old prediction among more, or the value. */
  readonly change: {
    readonly mean: number;
    readonly meanAbsolute: number;
    readonly quantiles: Readonly<Record<'p50' | 'p90' | 'p99' | 'max', number>>;
  };
  /** Where most rows flip first. */
  readonly slices: readonly SliceDifference[];
  /** The rows that move most, to be looked at. */
  readonly largest: readonly RowDifference[];
}

export interface SliceDifference {
  readonly column: string;
  readonly value: string;
  readonly rows: number;
  readonly flipped: number;
  readonly meanChange: number;
}

export interface RowDifference {
  readonly id: string;
  readonly before: number;
  readonly after: number;
  readonly from: string | null;
  readonly to: string | null;
}

export interface ComparedRows {
  readonly ids: readonly (string | number | null)[];
  /** By column; null is a slice of its own. */
  readonly slices: Readonly<Record<string, readonly (string | number | null)[]>>;
}

const [rowsToLookAt, slicesAtMost, leastOfSlice] = [20, 20, 50];

/**
 * @param classes of both versions, in the order of their scores
 * @throws RangeError when the scores are not of the same rows
 */
export function differenceOf(
  { classes }: Pick<Signature, 'classes'>,
  before: ScoresLike,
  after: ScoresLike,
  compared: ComparedRows,
): Difference {
  const { rows } = before;
  if (after.rows !== rows || compared.ids.length !== rows) throw new RangeError('scores of different rows');
  const moved = classes.length === 0 ? movedValues(before, after) : movedClasses(before, after);
  const size = Float64Array.from(moved.change, Math.abs).toSorted();
  return {
    rows,
    flipped: count(moved.flipped),
    flips: flipsOf(classes, moved),
    change: { mean: mean(moved.change), meanAbsolute: mean(size), quantiles: quantilesOf(size) },
    slices: slicesOf(moved, compared.slices),
    largest: largestOf(classes, moved, compared.ids),
  };
}

interface Moved {
  readonly before: Float64Array;
  readonly after: Float64Array;
  readonly change: Float64Array;
  readonly flipped: Uint8Array;
  /** Position of the predicted class; null for a regression. */
  readonly from: Uint16Array | null;
  readonly to: Uint16Array | null;
}

function movedValues(before: ScoresLike, after: ScoresLike): Moved {
  const [old, fresh] = [Float64Array.from(before.values), Float64Array.from(after.values)];
  const change = fresh.map((value, row) => value - (old[row] as number));
  const middle = mean(old);
  const spread = Math.sqrt(mean(old.map((value) => (value - middle) ** 2)));
  const flipped = Uint8Array.from(change, (value) => (Math.abs(value) > spread / 100 ? 1 : 0));
  return { before: old, after: fresh, change, flipped, from: null, to: null };
}

function movedClasses(before: ScoresLike, after: ScoresLike): Moved {
  const { rows, width } = before;
  const [from, to] = [predicted(before), predicted(after)];
  const of = ({ values }: ScoresLike, row: number) =>
    values[row * width + (width === 2 ? 1 : (from[row] as number))] as number;
  const old = Float64Array.from({ length: rows }, (_, row) => of(before, row));
  const fresh = Float64Array.from({ length: rows }, (_, row) => of(after, row));
  const flipped = Uint8Array.from(from, (code, row) => (code === to[row] ? 0 : 1));
  return {
    before: old,
    after: fresh,
    change: fresh.map((value, row) => value - (old[row] as number)),
    flipped,
    from,
    to,
  };
}

function predicted(scores: ScoresLike): Uint16Array {
  const classOf = scores.yesFrom === undefined ? mostLikely : decidedClass;
  return Uint16Array.from({ length: scores.rows }, (_, row) => classOf(scores, row));
}

function flipsOf(classes: Signature['classes'], { flipped, from, to }: Moved): Difference['flips'] {
  if (!from || !to) return [];
  const counts = new Map<number, number>();
  flipped.forEach((is, row) => {
    const pair = (from[row] as number) * classes.length + (to[row] as number);
    if (is === 1) counts.set(pair, (counts.get(pair) ?? 0) + 1);
  });
  return [...counts]
    .toSorted(([a, some], [b, others]) => others - some || a - b)
    .map(([pair, rows]) => {
      return {
        from: String(classes[Math.floor(pair / classes.length)]),
        to: String(classes[pair % classes.length]),
        rows,
      };
    });
}

function slicesOf({ change, flipped }: Moved, columns: ComparedRows['slices']): SliceDifference[] {
  const found: SliceDifference[] = [];
  for (const [column, values] of Object.entries(columns)) {
    const sums = new Map<string, { rows: number; flipped: number; change: number }>();
    values.forEach((value, row) => {
      const name = value === null ? '(missing)' : String(value);
      const sum = sums.get(name) ?? { rows: 0, flipped: 0, change: 0 };
      sum.rows += 1;
      sum.flipped += flipped[row] as number;
      sum.change += change[row] as number;
      sums.set(name, sum);
    });
    for (const [value, sum] of sums)
      if (sum.rows >= leastOfSlice)
        found.push({ column, value, rows: sum.rows, flipped: sum.flipped, meanChange: sum.change / sum.rows });
  }
  const share = (slice: SliceDifference) => slice.flipped / slice.rows;
  return found
    .toSorted(
      (a, b) => share(b) - share(a) || b.rows - a.rows || compare(`${a.column}=${a.value}`, `${b.column}=${b.value}`),
    )
    .slice(0, slicesAtMost);
}

function largestOf(classes: Signature['classes'], moved: Moved, ids: ComparedRows['ids']): RowDifference[] {
  const { change, before, after, from, to } = moved;
  const order = Uint32Array.from(change, (_, row) => row).sort(
    (a, b) => Math.abs(change[b] as number) - Math.abs(change[a] as number) || a - b,
  );
  return Array.from(order.subarray(0, rowsToLookAt), (row) => ({
    id: String(ids[row]),
    before: before[row] as number,
    after: after[row] as number,
    from: from && String(classes[from[row] as number]),
    to: to && String(classes[to[row] as number]),
  }));
}

function quantilesOf(sorted: Float64Array): Difference['change']['quantiles'] {
  const at = (share: number) => quantileOf(sorted, share);
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}

function mean(values: Float64Array): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function count(flags: Uint8Array): number {
  return flags.reduce((sum, flag) => sum + flag, 0);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
