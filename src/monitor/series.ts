import type { CategoricalProfile, ColumnProfile, NumericProfile, PartitionProfile } from '../profile/profile.ts';
import { normalScores, orderedCounts } from '../profile/ranks.ts';
import type { WindowDay } from './dispersion.ts';

export interface MonitoredDay {
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  readonly profile: PartitionProfile;
}

/** One column's days with running sums, so that any window's counts are one subtraction. */
export interface ColumnSeries {
  readonly kind: ColumnProfile['kind'];
  /** Counts of the reference: in order of value, or by name. */
  readonly reference: Float64Array;
  /** Of categories; for numbers empty. The last one stands for all other names. */
  readonly names: readonly string[];
  readonly referenceRows: number;
  readonly referenceMissing: number;
  /** Normal score of each cell in the reference. */
  readonly scores: Float64Array;
  /** Sums before the first day. */
  readonly none: Float64Array;
  readonly days: readonly SeriesDay[];
}

export interface SeriesDay {
  readonly day: string;
  /** Days since 1970. */
  readonly number: number;
  readonly rows: number;
  readonly present: number;
  /** Mean normal score of the values present; 0 for none, and for categories. */
  readonly meanScore: number;
  /** Sums over this day and all before it. */
  readonly until: { readonly counts: Float64Array; readonly finite: number; readonly sum: number };
}

/** A column that a day lacks is missing in all of its rows; text where a number was declared counts as missing too. */
export function columnSeries(
  name: string,
  reference: PartitionProfile,
  days: readonly MonitoredDay[],
): ColumnSeries | null {
  const was = reference.columns[name];
  if (was === undefined) return null;
  const columns = days.map(({ profile }) => profile.columns[name]);
  const names = was.kind === 'categorical' ? allNames(was, columns) : [];
  const countsOf = (column: ColumnProfile | undefined): Float64Array => {
    if (column === undefined || column.kind !== was.kind) return new Float64Array(width);
    return column.kind === 'numeric' ? orderedCounts(column) : namedCounts(column, names);
  };
  const width = was.kind === 'numeric' ? was.bins.length + 2 : names.length;
  const counts = countsOf(was);
  const scores = was.kind === 'numeric' ? normalScores(counts) : counts;
  let until: SeriesDay['until'] = { counts: new Float64Array(width), finite: 0, sum: 0 };
  return {
    kind: was.kind,
    reference: counts,
    names,
    referenceRows: reference.rows,
    referenceMissing: reference.rows - was.present,
    scores,
    none: new Float64Array(width),
    days: days.map(({ day, profile }, at) => {
      const column = columns[at];
      const own = countsOf(column);
      const present = total(own);
      until = addDay(until, own, column?.kind === 'numeric' ? column : undefined);
      const meanScore = was.kind === 'numeric' && present > 0 ? dot(own, scores) / present : 0;
      return { day, number: Date.parse(day) / 86_400_000, rows: profile.rows, present, meanScore, until };
    }),
  };
}

/** Counts of the days from index `from` to `to`, both included. */
export function windowCounts({ days }: ColumnSeries, from: number, to: number): Float64Array {
  const end = (days[to] as SeriesDay).until.counts;
  const start = days[from - 1]?.until.counts;
  return start === undefined ? end : end.map((count, at) => count - (start[at] as number));
}

/** Mean of the finite values of a window; null where there is none. */
export function windowMean({ days }: ColumnSeries, from: number, to: number): number | null {
  const end = (days[to] as SeriesDay).until;
  const start = days[from - 1]?.until ?? { finite: 0, sum: 0 };
  return end.finite === start.finite ? null : (end.sum - start.sum) / (end.finite - start.finite);
}

/** @param of the rows that count */
export function windowDays({ days }: ColumnSeries, from: number, to: number, of: 'rows' | 'present'): WindowDay[] {
  return days.slice(from, to + 1).map((day) => ({ day: day.number, rows: day[of] }));
}

export function total(counts: Float64Array): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}

function dot(counts: Float64Array, values: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < counts.length; at += 1) sum += (counts[at] as number) * (values[at] as number);
  return sum;
}

function allNames(was: CategoricalProfile, columns: readonly (ColumnProfile | undefined)[]): string[] {
  const names = new Set(Object.keys(was.counts));
  for (const column of columns)
    if (column?.kind === 'categorical') for (const name of Object.keys(column.counts)) names.add(name);
  return [...names, ''];
}

function namedCounts({ counts, other }: CategoricalProfile, names: readonly string[]): Float64Array {
  const all = Float64Array.from(names, (name) => counts[name] ?? 0);
  all[names.length - 1] = other;
  return all;
}

function addDay(
  before: SeriesDay['until'],
  counts: Float64Array,
  column: NumericProfile | undefined,
): SeriesDay['until'] {
  const finite = column === undefined ? 0 : column.present - column.negativeInfinite - column.positiveInfinite;
  const sums = new Float64Array(counts.length);
  for (let at = 0; at < counts.length; at += 1) sums[at] = (before.counts[at] as number) + (counts[at] as number);
  return {
    counts: sums,
    finite: before.finite + finite,
    sum: before.sum + finite * (column?.mean ?? 0),
  };
}
