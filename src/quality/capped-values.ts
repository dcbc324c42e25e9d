import { percent, short } from '../drift/measured-column.ts';
import { type NumericAt, shareBeyond } from './column-at.ts';
import type { ColumnFault } from './fault.ts';

/** Rows that pile up at the day's largest or smallest value, with nothing beyond it where the reference has rows. */
export function cappedValues(at: NumericAt): ColumnFault[] {
  const { now, daily, finite } = at;
  const { facts, min, max } = now;
  if (!facts || !daily || min === null || max === null || min === max || finite < 50) return [];
  const ends = [
    { value: max, rows: facts.atMax, most: daily.atMax, side: 'above' as const },
    { value: min, rows: facts.atMin, most: daily.atMin, side: 'below' as const },
  ];
  return ends.flatMap(({ value, rows, most, side }): ColumnFault[] => {
    const size = rows / finite;
    const beyond = shareBeyond(at, value, side);
    if (beyond * finite < 10 || size < 1.5 * most + 0.03 || size < 0.5 * beyond) return [];
    const says = `${percent(size)} are exactly ${short(value)} and none ${side}; ${percent(beyond)} of the reference lie ${side}`;
    return [{ code: 'capped-values', severity: 'warning', size: beyond, says }];
  });
}
