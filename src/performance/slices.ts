import { cut } from './score-cells.ts';
import type { Slice } from './totals.ts';

type Column = readonly (string | number | null)[];

/** More slices than this share the evidence so thinly that none could say anything. */
const mostSlices = 20;
const ranges = 4;
const minimumRows = 200;

/**
 * Slices worth watching in the reference, largest first: values of a column, or quarters of a column of many numbers. Those of fewer than 200
 * hold-out rows are left out: nothing could be said of them.
 */
export function chooseSlices(columns: Readonly<Record<string, Column>>): Slice[] {
  return Object.entries(columns)
    .flatMap(([column, values]) => slicesOf(column, values))
    .filter(({ rows }) => rows >= minimumRows)
    .sort((a, b) => b.rows - a.rows || (a.slice.key < b.slice.key ? -1 : 1))
    .slice(0, mostSlices)
    .map(({ slice }) => slice);
}

/** The slices that hold a row. */
export function sliceKeys(slices: readonly Slice[], columns: Readonly<Record<string, Column>>, row: number): string[] {
  return slices.filter((slice) => holds(slice, columns[slice.column]?.[row] ?? null)).map(({ key }) => key);
}

function holds({ value, range }: Slice, cell: string | number | null): boolean {
  if (!range) return (cell === null ? '(missing)' : String(cell)) === value;
  return (
    typeof cell === 'number' && (range.from === null || cell > range.from) && (range.to === null || cell <= range.to)
  );
}

interface Candidate {
  readonly slice: Slice;
  readonly rows: number;
}

function slicesOf(column: string, values: Column): Candidate[] {
  const numbers = Float64Array.from(values.filter((value): value is number => typeof value === 'number'));
  if (new Set(numbers).size > mostSlices) return rangesOf(column, numbers.filter(Number.isFinite).sort());
  const counts = new Map<string, number>();
  for (const value of values) {
    const name = value === null ? '(missing)' : String(value);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([value, rows]) => ({
    slice: { key: `${column} = ${value}`, column, value, range: null },
    rows,
  }));
}

function rangesOf(column: string, sorted: Float64Array): Candidate[] {
  const edges = [...new Set(cut(sorted, ranges - 1))];
  return [...edges, null].map((to, at) => {
    const from = edges[at - 1] ?? null;
    const slice: Slice = { key: `${column} ${rangeWords(from, to)}`, column, value: null, range: { from, to } };
    return { slice, rows: sorted.filter((x) => holds(slice, x)).length };
  });
}

function rangeWords(from: number | null, to: number | null): string {
  const word = (x: number): string => String(Number(x.toPrecision(4)));
  if (from === null) return to === null ? 'any' : `<= ${word(to)}`;
  return to === null ? `> ${word(from)}` : `${word(from)} to ${word(to)}`;
}
