import type { ColumnHead, ColumnMeasure } from '../column-measure.ts';
import { compareCategories } from '../compare-categories.ts';
import { compareNumbers } from '../compare-numbers.ts';
import { compareSamples } from '../compare-samples.ts';
import type { CategoryColumn } from './read-categories.ts';
import { type NumberColumn, rowCounts } from './read-numbers.ts';
import type { KindedColumn, Side } from './side.ts';

/** Measures columns in groups that are as large as memory allows. */
export async function measureColumns(
  reference: Side,
  current: Side,
  columns: readonly KindedColumn[],
): Promise<ColumnMeasure[]> {
  const rows = Math.max(reference.table.rows, current.table.rows, 1);
  const isNumber = ({ kind }: KindedColumn): boolean => kind !== 'categorical' && kind !== 'boolean';
  const numbers = groups(columns.filter(isNumber), heldAtOnce([reference, current]), mostNumbers);
  const names = groups(
    columns.filter((column) => !isNumber(column)),
    Math.floor(heldNames / rows),
    mostNames,
  );
  const sides = { reference, current };
  const measured: ColumnMeasure[] = [];
  for (const group of numbers) measured.push(...(await measureNumberGroup(sides, group)));
  for (const group of names) measured.push(...(await measureNameGroup(sides, group)));
  return measured;
}

interface Sides {
  readonly reference: Side;
  readonly current: Side;
}

/** How many columns are held at once: against a stored reference twice as many as of two tables. */
function heldAtOnce(sides: readonly Side[]): number {
  const bytes = sides.reduce((sum, side) => sum + side.columnBytes, 0);
  const fits = Math.floor(heldBytes / Math.max(bytes, 1));
  // Two are read over two connections, which is worth more memory.
  return fits < 2 && 2 * bytes <= pairBytes ? 2 : fits;
}

const heldBytes = 56 * 2 ** 20;
const pairBytes = 384 * 2 ** 20;
const heldNames = 4_000_000;
const mostNumbers = 200;
const mostNames = 40;

function groups<T>(items: readonly T[], size: number, most: number): T[][] {
  const step = Math.max(1, Math.min(size, most));
  return Array.from({ length: Math.ceil(items.length / step) }, (_, at) => items.slice(at * step, (at + 1) * step));
}

async function measureNumberGroup(
  { reference, current }: Sides,
  group: readonly KindedColumn[],
): Promise<ColumnMeasure[]> {
  const [before, after] = [await reference.numbers(group), await current.numbers(group)];
  const measures: ColumnMeasure[] = [];
  for (const [at, column] of group.entries())
    measures.push(
      await measureNumbers({ reference, current }, column, before[at] as NumberColumn, after[at] as NumberColumn),
    );
  return measures;
}

async function measureNumbers(
  sides: Sides,
  column: KindedColumn,
  before: NumberColumn,
  after: NumberColumn,
): Promise<ColumnMeasure> {
  const samples = await compareSamples(before.sample, after.sample, await hintOf(before, after));
  const head: ColumnHead = {
    ...column,
    types: typesOf(sides, column),
    reference: rowCounts(sides.reference.table.rows, samples.sizes.reference, before.missing),
    current: rowCounts(sides.current.table.rows, samples.sizes.current, after.missing),
  };
  return compareNumbers(head, samples);
}

/** A side that was prepared has chosen how values are spread. */
async function hintOf(before: NumberColumn, after: NumberColumn): Promise<Float64Array> {
  if (before.sample.prepared !== undefined) return new Float64Array(0);
  const hints = [await before.hint(), await after.hint()] as const;
  const hint = new Float64Array(hints[0].length + hints[1].length);
  hint.set(hints[0]);
  hint.set(hints[1], hints[0].length);
  return hint;
}

async function measureNameGroup(
  { reference, current }: Sides,
  group: readonly KindedColumn[],
): Promise<ColumnMeasure[]> {
  const [before, after] = [await reference.categories(group), await current.categories(group)];
  return group.map((column, at) =>
    measureNames({ reference, current }, column, before[at] as CategoryColumn, after[at] as CategoryColumn),
  );
}

function measureNames(
  sides: Sides,
  column: KindedColumn,
  before: CategoryColumn,
  after: CategoryColumn,
): ColumnMeasure {
  const names = new Set([...before.counts.keys(), ...after.counts.keys()]);
  const counts = [...names].map((name) => ({
    name,
    reference: before.counts.get(name) ?? 0,
    current: after.counts.get(name) ?? 0,
  }));
  const present = (side: CategoryColumn): number => [...side.counts.values()].reduce((sum, count) => sum + count, 0);
  const head: ColumnHead = {
    ...column,
    types: typesOf(sides, column),
    reference: rowCounts(sides.reference.table.rows, present(before), before.missing),
    current: rowCounts(sides.current.table.rows, present(after), after.missing),
  };
  return compareCategories(head, counts);
}

function typesOf({ reference, current }: Sides, { column }: KindedColumn) {
  return { reference: reference.types.get(column) ?? '', current: current.types.get(column) ?? '' };
}
