import { commonNames } from '../profile/cells.ts';
import type { CategoricalProfile } from '../profile/profile.ts';
import type { DayCells } from './cell-variation.ts';
import { type DayVariation, variationOf } from './day-variation.ts';
import { type LearntDays, learntDays } from './dispersion.ts';

/** One name's share of the reference, and how much the shares of days differ. */
export interface LearntName {
  /** Its place among the cells of a day. */
  readonly cell: number;
  readonly share: number;
  readonly days: LearntDays;
}

/** Of each frequent name, and of all others together (under the empty name). */
export function learntNames(whole: CategoricalProfile, days: readonly DayCells[]): ReadonlyMap<string, LearntName> {
  const names = [...commonNames(whole), ''];
  const counted = days
    .map(({ day, cells }) => ({ day, cells, rows: cells.reduce((sum, count) => sum + count, 0) }))
    .filter(({ rows }) => rows > 0);
  const total = counted.reduce((sum, { rows }) => sum + rows, 0);
  const shares = names.map(
    (_, at) => counted.reduce((sum, { cells }) => sum + (cells[at] ?? 0), 0) / Math.max(1, total),
  );
  const variations = shares.map((share, at): DayVariation | null =>
    variationOf(
      counted.map(({ day, rows, cells }) => ({ day, rows, mean: (cells[at] ?? 0) / rows })),
      share * (1 - share),
    ),
  );
  const found = learntDays(variations, counted);
  return new Map(
    names.map((name, cell) => [name, { cell, share: shares[cell] as number, days: found[cell] as LearntDays }]),
  );
}
