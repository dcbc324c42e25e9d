import type { Blocks } from './blocks.ts';
import type { GroupedColumn } from './search-columns.ts';

/** One value of a column, or one of each of two columns. */
export interface SliceSums {
  readonly where: readonly { readonly column: number; readonly group: number }[];
  /** Weight of its rows by block of time. */
  readonly weights: Float64Array;
  /** By kind of loss: weighted sums by block of time. */
  readonly losses: readonly Float64Array[];
}

/** Columns are looked at in pairs up to so many: each pair is a pass over all rows. */
const pairedColumns = 12;

/** Sums losses over every value of every column, and of pairs of columns, in one pass over the rows for each. Thin slices are left out. */
export async function sumSlices(request: {
  readonly columns: readonly GroupedColumn[];
  readonly losses: readonly Float64Array[];
  readonly blocks: Blocks;
  readonly weights: ArrayLike<number> | null;
  readonly rules: { readonly atLeastRows: number; readonly pairs: boolean };
  readonly yieldNow?: (() => Promise<void>) | undefined;
}): Promise<readonly SliceSums[]> {
  const { columns, rules, yieldNow } = request;
  const found: SliceSums[] = [];
  for (const [first, column] of columns.entries()) {
    found.push(...sumColumns(request, [first]));
    if (!rules.pairs || column.groups.length === 0 || first >= pairedColumns) continue;
    for (let second = first + 1; second < Math.min(columns.length, pairedColumns); second += 1) {
      found.push(...sumColumns(request, [first, second]));
      await yieldNow?.();
    }
  }
  return found;
}

type Request = Parameters<typeof sumSlices>[0];

function sumColumns(request: Request, which: readonly number[]): SliceSums[] {
  const { columns, losses, blocks, weights, rules } = request;
  const [one, two] = which.map((at) => columns[at] as GroupedColumn) as [GroupedColumn, GroupedColumn | undefined];
  const seconds = two ? two.groups.length : 1;
  const cells = one.groups.length * seconds;
  const counts = new Int32Array(cells);
  const weighed = new Float64Array(cells * blocks.blocks);
  const sums = losses.map(() => new Float64Array(cells * blocks.blocks));
  for (let row = 0; row < one.group.length; row += 1) {
    const [first, second] = [one.group[row] as number, two ? (two.group[row] as number) : 0];
    if (first < 0 || second < 0) continue;
    const cell = first * seconds + second;
    const weight = weights === null ? 1 : (weights[row] as number);
    const at = cell * blocks.blocks + (blocks.block[row] as number);
    counts[cell] = (counts[cell] as number) + 1;
    weighed[at] = (weighed[at] as number) + weight;
    for (let kind = 0; kind < losses.length; kind += 1) {
      const of = sums[kind] as Float64Array;
      of[at] = (of[at] as number) + weight * ((losses[kind] as Float64Array)[row] as number);
    }
  }
  const whole = one.group.length;
  return Array.from(counts, (count, cell) => ({ count, cell }))
    .filter(({ count }) => count >= rules.atLeastRows && count < whole)
    .map(({ cell }) => {
      const part = (of: Float64Array) => of.slice(cell * blocks.blocks, (cell + 1) * blocks.blocks);
      const groups = [Math.floor(cell / seconds), cell % seconds];
      return {
        where: which.map((column, at) => ({ column, group: groups[at] as number })),
        weights: part(weighed),
        losses: sums.map(part),
      };
    });
}
