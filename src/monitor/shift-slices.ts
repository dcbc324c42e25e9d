import { short } from '../drift/measured-column.ts';

/** Values of a column by row, those of the reference first. */
export type ShiftValues = readonly (number | string | null)[];

/** Rows of both sides, each in a slice of some columns. */
export interface Slicing {
  /** The columns that it is made of. */
  readonly by: readonly string[];
  /** "origin = JFK", one for each slice. */
  readonly words: readonly string[];
  /** Of each row; -1 for rows of no slice. */
  readonly of: Int16Array;
}

/** More slices of one column would be too small to explain a shift of all rows. */
const mostSlices = 15;
/** Numbers of up to so many different values are taken one by one. */
const fewValues = 12;

/** One column's slices: its frequent names or few values; else the quarters of the reference's numbers. Null for a constant. */
export function slicesOf(column: string, values: ShiftValues, referenceRows: number): Slicing | null {
  const counts = new Map<string | number | null, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const continuous = counts.size > fewValues && [...counts.keys()].some((value) => typeof value === 'number');
  if (continuous) return quarters(column, values, referenceRows);
  const frequent = [...counts].sort(([, a], [, b]) => b - a).slice(0, mostSlices);
  if (frequent.length < 2) return null;
  const place = new Map(frequent.map(([value], at) => [value, at]));
  return {
    by: [column],
    words: frequent.map(([value]) => `${column} ${value === null ? 'missing' : `= ${sayValue(value)}`}`),
    of: Int16Array.from(values, (value) => place.get(value) ?? -1),
  };
}

/** Every combination of two slicings' slices. */
export function crossed(one: Slicing, other: Slicing): Slicing {
  const width = other.words.length;
  return {
    by: [...one.by, ...other.by],
    words: one.words.flatMap((a) => other.words.map((b) => `${a}, ${b}`)),
    of: one.of.map((slice, row) => {
      const second = other.of[row] as number;
      return slice < 0 || second < 0 ? -1 : slice * width + second;
    }),
  };
}

function quarters(column: string, values: ShiftValues, referenceRows: number): Slicing | null {
  const known = Float64Array.from(
    values.slice(0, referenceRows).filter((value): value is number => typeof value === 'number'),
  ).sort();
  if (known.length === 0) return null;
  const cuts = [...new Set([1, 2, 3].map((part) => known[Math.floor((part * known.length) / 4)] as number))];
  const sliceOf = (value: number): number => {
    const at = cuts.findIndex((cut) => value < cut);
    return at < 0 ? cuts.length : at;
  };
  const inner = cuts.slice(1).map((cut, at) => `${column} ${short(cuts[at] as number)} to ${short(cut)}`);
  return {
    by: [column],
    words: [
      `${column} < ${short(cuts[0] as number)}`,
      ...inner,
      `${column} ≥ ${short(cuts.at(-1) as number)}`,
      `${column} missing`,
    ],
    of: Int16Array.from(values, (value) => (typeof value === 'number' ? sliceOf(value) : cuts.length + 1)),
  };
}

function sayValue(value: string | number): string {
  return typeof value === 'number' ? short(value) : value === '' ? '""' : value;
}
