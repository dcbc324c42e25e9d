import { percent, short } from '../drift/measured-column.ts';
import { type NumericAt, shareBeyond } from './column-at.ts';
import { sum } from './evidence.ts';
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
    if (beyond * finite < 10 || size < 1.5 * most + 0.03 || size < 0.5 * beyond || !restUnchanged(at, value, side))
      return [];
    const says = `${percent(size)} are exactly ${short(value)} and none ${side}; ${percent(beyond)} of the reference lie ${side}`;
    return [{ code: 'capped-values', severity: 'warning', size: beyond, says }];
  });
}

/**
 * Whether the values before the limit are spread as in the reference, in about ten steps: a day of high pressure ends at one value too,
 * but it has no low pressure either.
 */
function restUnchanged({ now, was, edges }: NumericAt, limit: number, side: 'above' | 'below'): boolean {
  const limitBin = edges.findIndex((edge) => limit <= edge);
  const isBefore = (bin: number) => (side === 'above' ? bin < limitBin : bin > limitBin);
  const before = was.bins.map((rows, bin) => (isBefore(bin) ? rows : 0));
  const after = now.bins.map((rows, bin) => (isBefore(bin) ? rows : 0));
  const [total, totalNow] = [sum(before), sum(after)];
  if (total === 0 || totalNow < 50) return false;
  const steps = new Map<number, number>();
  let seen = 0;
  for (const [bin, rows] of before.entries()) {
    const step = Math.floor((10 * (seen + rows / 2)) / total);
    steps.set(step, (steps.get(step) ?? 0) + rows / total - (after[bin] ?? 0) / totalNow);
    seen += rows;
  }
  return sum([...steps.values()].map(Math.abs)) / 2 < 0.2;
}
