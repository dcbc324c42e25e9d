import type { Indicators } from './logistic.ts';
import { binOf, cut } from './score-cells.ts';

type Column = readonly (string | number | null)[];

const numericBins = 8;
const keptCategories = 15;

/** Each column cut into eighths (numbers) or its fifteen most frequent names, with an indicator of its own for missing and for other values. */
export function encodeIndicators(columns: readonly Column[], rows: number): Indicators {
  const codings = columns.map(codeColumn);
  const offsets: number[] = [];
  let size = 0;
  for (const coding of codings) {
    offsets.push(size);
    size += coding.size;
  }
  const width = columns.length;
  const active = new Int32Array(rows * width);
  columns.forEach((column, at) => {
    const { codeOf } = codings[at] as Coding;
    for (let row = 0; row < rows; row += 1)
      active[row * width + at] = (offsets[at] as number) + codeOf(column[row] ?? null);
  });
  return { width, size, active };
}

interface Coding {
  readonly size: number;
  codeOf(value: string | number | null): number;
}

function codeColumn(column: Column): Coding {
  return column.some((value) => typeof value === 'string') ? codeNames(column) : codeNumbers(column);
}

function codeNumbers(column: Column): Coding {
  const numbers = Float64Array.from(
    column.filter((value): value is number => typeof value === 'number' && !Number.isNaN(value)),
  );
  const edges = [...new Set(cut(numbers.sort(), numericBins - 1))];
  return {
    size: edges.length + 2,
    codeOf: (value) => (typeof value === 'number' && !Number.isNaN(value) ? 1 + binOf(edges, value) : 0),
  };
}

function codeNames(column: Column): Coding {
  const counts = new Map<string, number>();
  for (const value of column) if (value !== null) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
  const kept = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, keptCategories);
  const codes = new Map(kept.map(([name], at) => [name, at + 2]));
  return { size: kept.length + 2, codeOf: (value) => (value === null ? 0 : (codes.get(String(value)) ?? 1)) };
}
