import type { DayVariation } from './day-variation.ts';
import { chanceRatio, memoryOf } from './memory.ts';

export interface DayCells {
  /** Days since 1970. */
  readonly day: number;
  readonly cells: readonly number[];
}

/**
 * How much the distributions of days differ over coarse cells: Pearson's chi-square of days against their sum, per degree of freedom, which is
 * the mean design effect of Rao & Scott (1981).
 * @returns null where fewer than three days or fewer than two cells have rows
 */
export function cellVariation(days: readonly DayCells[]): DayVariation | null {
  const filled = days.map(({ day, cells }) => ({ day, cells, rows: sum(cells) })).filter(({ rows }) => rows > 0);
  const total = sum(filled.map(({ rows }) => rows));
  const width = Math.max(0, ...filled.map(({ cells }) => cells.length));
  const shares = Array.from({ length: width }, (_, cell) => sum(filled.map(({ cells }) => cells[cell] ?? 0)) / total);
  const used = shares.flatMap((share, cell) => (share > 0 ? [{ share, cell }] : []));
  if (filled.length < 3 || used.length < 2) return null;
  const apart = filled.map(({ day, cells, rows }) => ({
    day,
    rows,
    // In units in which each cell has the same variance.
    values: used.map(({ share, cell }) => ((cells[cell] ?? 0) / rows - share) / Math.sqrt(share)),
  }));
  const rowsPerDay = (total - sum(filled.map(({ rows }) => rows ** 2)) / total) / (filled.length - 1);
  const square = sum(apart.map(({ rows, values }) => rows * sum(values.map((value) => value ** 2))));
  const ratio = square / ((filled.length - 1) * (used.length - 1));
  const surplus = ((Math.max(1, ratio) - 1) * (used.length - 1)) / rowsPerDay;
  const certain = ratio > chanceRatio((filled.length - 1) * (used.length - 1));
  return {
    ratio,
    certain,
    degrees: filled.length - 1,
    rawRatio: ratio,
    rowsPerDay,
    autocorrelation: certain ? nextDay(apart, surplus) : 0,
    thirdMoment: 0,
    weekdays: null,
  };
}

function nextDay(
  days: readonly { readonly day: number; readonly values: readonly number[] }[],
  surplus: number,
): number {
  const byDay = new Map(days.map(({ day, values }) => [day, values]));
  const products = days.flatMap(({ day, values }) => {
    const next = byDay.get(day + 1);
    return next === undefined ? [] : [sum(values.map((value, cell) => value * (next[cell] as number)))];
  });
  const variance = sum(days.map(({ values }) => sum(values.map((value) => value ** 2)))) / days.length;
  const dimensions = (days[0]?.values.length ?? 2) - 1;
  return memoryOf({ products, variance, surplus, dimensions, days: days.length });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
