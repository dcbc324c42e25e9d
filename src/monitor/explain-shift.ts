import { crossed, type ShiftValues, type Slicing, slicesOf } from './shift-slices.ts';

/** Rows of both sides, or a sample of each. */
export interface ShiftTable {
  readonly reference: number;
  readonly current: number;
  /** By column: the reference's rows, then the current ones. */
  readonly columns: Readonly<Record<string, ShiftValues>>;
}

/** What of a column moved: its mean, the share of one name, or the share that is missing. */
export type ShiftTarget =
  | { readonly kind: 'mean'; readonly column: string }
  | { readonly kind: 'share'; readonly column: string; readonly name: string }
  | { readonly kind: 'missing'; readonly column: string };

/** A segment that accounts for more of a shift than its rows do. */
export interface ShiftSegment {
  /** "origin = JFK", or two of these. */
  readonly segment: string;
  /** Of the whole shift, 1 being all of it; more where other rows moved the other way. */
  readonly part: number;
  /** Of that part: because there are more or fewer such rows, and because they have changed. They sum to it. */
  readonly byShare: number;
  readonly byChange: number;
  /** Share of the rows, and what moved (mean or share), before and now. */
  readonly rows: { readonly reference: number; readonly current: number };
  readonly values: { readonly reference: number; readonly current: number };
}

/** By drifted column, the largest parts first. */
export type Segments = ReadonlyMap<string, readonly ShiftSegment[]>;

/** At least so much of the shift, and so much more of it than of the rows. */
const leastPart = 0.25;
const leastExcess = 0.25;
/** Smallest number of rows a segment has on its larger side. */
const leastRows = 30;
/** By how many standard errors (rows taken as independent) a part must exceed what its rows alone would account for. */
const beyondChance = 4;
const told = 3;
/** So many of the best columns are looked at two by two. */
const paired = 4;

/**
 * Finds the segments, by one other column or two, that account for a shift. The whole difference of the means is the sum over slices of
 * q (m' - m) - p (m0 - m), with m the mean of the reference, p and q the slice's share of rows and m0, m' its mean before and now; each term
 * splits into what the change of its share and the change inside of it do (Kitagawa 1955, "Components of a difference between two rates").
 * @returns the largest parts first; empty where the shift is everywhere alike, or there is none
 */
export function explainShift(table: ShiftTable, target: ShiftTarget, by: readonly string[]): readonly ShiftSegment[] {
  const values = targetValues(table.columns[target.column] ?? [], target);
  const singles = by
    .filter((column) => column !== target.column)
    .flatMap((column) => slicesOf(column, table.columns[column] ?? [], table.reference) ?? [])
    .filter((slicing) => target.kind !== 'share' || !decides(slicing, values))
    .map((slicing) => ({ slicing, found: partsOf(slicing, table, values) }));
  const best = [...singles].sort((a, b) => excessOf(b.found) - excessOf(a.found)).slice(0, paired);
  const pairs = best.flatMap((one, at) =>
    best.slice(at + 1).map((other) => partsOf(crossed(one.slicing, other.slicing), table, values)),
  );
  return chosen([...singles.map(({ found }) => found), ...pairs].flat());
}

/** Nearly all rows of the name lie in one slice, as a city's do in its region: that says nothing. */
function decides({ of, words }: Slicing, values: Float64Array): boolean {
  const rows = new Float64Array(words.length);
  let all = 0;
  for (const [row, value] of values.entries()) {
    const slice = of[row] as number;
    if (value !== 1) continue;
    all += 1;
    if (slice >= 0) rows[slice] = (rows[slice] as number) + 1;
  }
  return Math.max(...rows) > 0.98 * all;
}

interface Found extends ShiftSegment {
  /** Part of the shift beyond its part of the rows. */
  readonly excess: number;
  readonly by: readonly string[];
}

/** NaN: the row has no value. */
function targetValues(values: ShiftValues, target: ShiftTarget): Float64Array {
  return Float64Array.from(values, (value) => {
    if (target.kind === 'missing') return value === null ? 1 : 0;
    if (value === null) return Number.NaN;
    if (target.kind === 'share') return value === target.name ? 1 : 0;
    return typeof value === 'number' && Number.isFinite(value) ? value : Number.NaN;
  });
}

interface Tally {
  rows: number;
  sum: number;
  squares: number;
}

function partsOf(slicing: Slicing, { reference, current }: ShiftTable, values: Float64Array): Found[] {
  const sides = [tally(slicing, values, 0, reference), tally(slicing, values, reference, reference + current)] as const;
  const [was, is] = sides.map((slices) => slices.reduce(add, nobody())) as [Tally, Tally];
  if (was.rows === 0 || is.rows === 0) return [];
  const centre = was.sum / was.rows;
  const whole = is.sum / is.rows - centre;
  if (whole === 0) return [];
  return slicing.words.flatMap((segment, at): Found[] => {
    const [a, b] = [sides[0][at] ?? nobody(), sides[1][at] ?? nobody()];
    if (Math.max(a.rows, b.rows) < leastRows) return [];
    const [p, q] = [a.rows / was.rows, b.rows / is.rows];
    const before = a.rows > 0 ? a.sum / a.rows : b.sum / b.rows;
    const now = b.rows > 0 ? b.sum / b.rows : before;
    const byShare = ((q - p) * ((before + now) / 2 - centre)) / whole;
    const byChange = (((p + q) / 2) * (now - before)) / whole;
    const part = byShare + byChange;
    const excess = part - (p + q) / 2;
    const noise = (Math.sqrt(p * p * errorOf(a, was) + q * q * errorOf(b, is)) * beyondChance) / Math.abs(whole);
    if (part < leastPart || excess < Math.max(leastExcess, noise)) return [];
    const rows = { reference: p, current: q };
    return [
      { segment, part, byShare, byChange, rows, values: { reference: before, current: now }, excess, by: slicing.by },
    ];
  });
}

function tally({ of, words }: Slicing, values: Float64Array, from: number, to: number): Tally[] {
  const slices = words.map(nobody);
  // Rows of no slice count for the whole.
  const rest = nobody();
  for (let row = from; row < to; row += 1) {
    const value = values[row] as number;
    if (Number.isNaN(value)) continue;
    const slice = slices[of[row] as number] ?? rest;
    slice.rows += 1;
    slice.sum += value;
    slice.squares += value * value;
  }
  return [...slices, rest];
}

function nobody(): Tally {
  return { rows: 0, sum: 0, squares: 0 };
}

function add(one: Tally, other: Tally): Tally {
  return { rows: one.rows + other.rows, sum: one.sum + other.sum, squares: one.squares + other.squares };
}

/** Squared standard error of a slice's mean, at least that of all rows' spread where the slice has few. */
function errorOf(slice: Tally, whole: Tally): number {
  if (slice.rows === 0) return 0;
  const of = slice.rows < leastRows ? whole : slice;
  return Math.max(0, of.squares / of.rows - (of.sum / of.rows) ** 2) / slice.rows;
}

function excessOf(found: readonly Found[]): number {
  return found.reduce((most, { excess }) => Math.max(most, excess), 0);
}

/** A pair is told only where it says clearly more than each of its columns does alone. */
function chosen(found: readonly Found[]): ShiftSegment[] {
  const singles = found.filter(({ by }) => by.length === 1);
  const worth = found.filter(
    ({ by, segment, excess }) =>
      by.length === 1 ||
      singles.every((one) => !segment.split(', ').includes(one.segment) || excess > 1.25 * one.excess),
  );
  const kept: Found[] = [];
  for (const one of [...worth].sort((a, b) => b.excess - a.excess)) {
    const known = kept.some(({ by }) => by.some((column) => one.by.includes(column)) && by.length !== one.by.length);
    if (!known && kept.length < told) kept.push(one);
  }
  return kept.map(({ excess: _, by: __, ...segment }) => segment);
}
