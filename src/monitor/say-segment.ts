import { percent } from '../drift/measured-column.ts';
import type { ShiftSegment } from './explain-shift.ts';

/** "62 % of it in origin = JFK (rows 30 % → 45 %)": what a segment has to do with a shift, for people. */
export function saySegment({ segment, part, byShare, byChange, rows }: ShiftSegment): string {
  const share = `rows ${percent(rows.reference)} → ${percent(rows.current)}`;
  const why = byShare > byChange ? share : `changed inside, ${percent((rows.reference + rows.current) / 2)} of rows`;
  return `${percent(Math.min(part, 9.99))} of it in ${segment}: ${why}`;
}
