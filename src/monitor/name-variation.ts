import { commonNames } from '../profile/cells.ts';
import type { CategoricalProfile, ReferenceDay } from '../profile/profile.ts';
import { type DayVariation, variationOf } from './day-variation.ts';
import { type Dispersion, dispersions } from './dispersion.ts';

/** How much the days' shares of each frequent name differ, and of all others together (under the empty name). */
export function nameDispersions(
  column: string,
  whole: CategoricalProfile,
  days: readonly ReferenceDay[],
): ReadonlyMap<string, Dispersion> {
  const names = [...commonNames(whole), ''];
  const counted = days.flatMap(({ day, columns }) => {
    const cells = columns[column]?.cells;
    const rows = cells?.reduce((sum, count) => sum + count, 0) ?? 0;
    return cells === undefined || rows === 0 ? [] : [{ day: Date.parse(day) / 86_400_000, rows, cells }];
  });
  const total = counted.reduce((sum, { rows }) => sum + rows, 0);
  const variations = names.map((_, at): DayVariation | null => {
    const share = counted.reduce((sum, { cells }) => sum + (cells[at] ?? 0), 0) / Math.max(1, total);
    return variationOf(
      counted.map(({ day, rows, cells }) => ({ day, rows, mean: (cells[at] ?? 0) / rows })),
      share * (1 - share),
    );
  });
  const found = dispersions(variations, counted);
  return new Map(names.map((name, at) => [name, found[at] as Dispersion]));
}
