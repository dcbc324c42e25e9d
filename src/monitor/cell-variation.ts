import type { DayVariation } from './day-variation.ts';
import { type DayValue, stretchesOf } from './stretch.ts';

export interface DayCells {
  /** Days since 1970. */
  readonly day: number;
  readonly cells: readonly number[];
}

/** The distribution of a column over coarse cells, in units in which each cell has the same variance. */
export interface CellUnits {
  /** Distances of a day's shares from the reference's. */
  values(day: DayCells): DayValue;
  readonly dimensions: number;
}

/** @returns null where fewer than two cells have rows */
export function cellUnits(days: readonly DayCells[]): CellUnits | null {
  const total = sum(days.map(({ cells }) => sum(cells)));
  const width = Math.max(0, ...days.map(({ cells }) => cells.length));
  const shares = Array.from({ length: width }, (_, cell) => sum(days.map(({ cells }) => cells[cell] ?? 0)) / total);
  const used = shares.flatMap((share, cell) => (share > 0 ? [{ share, cell, root: Math.sqrt(share) }] : []));
  if (used.length < 2) return null;
  return {
    dimensions: used.length - 1,
    values: ({ day, cells }) => {
      const rows = sum(cells);
      return {
        day,
        rows,
        values: used.map(({ share, cell, root }) => (rows === 0 ? 0 : ((cells[cell] ?? 0) / rows - share) / root)),
      };
    },
  };
}

/**
 * How much the distributions of days differ over coarse cells: Pearson's chi-square of days against their sum, per degree of freedom, which is
 * the mean design effect of Rao & Scott (1981).
 * @returns null where fewer than three days or fewer than two cells have rows
 */
export function cellVariation(days: readonly DayCells[], units: CellUnits | null): DayVariation | null {
  const filled = days.filter(({ cells }) => sum(cells) > 0);
  if (filled.length < 3 || units === null) return null;
  const { dimensions } = units;
  const stretch = stretchesOf(filled.map(units.values), dimensions)(0, filled.length - 1);
  return stretch === null ? null : { stretch, dimensions, rawRatio: stretch.ratio, thirdMoment: 0, weekdays: null };
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
