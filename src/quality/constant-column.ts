import { short } from '../drift/measured-column.ts';
import { type NumericAt, spanOf } from './column-at.ts';
import { counted } from './evidence.ts';
import type { ColumnFault } from './fault.ts';

/** One value in all rows, where no day of the reference was like that. */
export function constantColumn({ now, was, finite, daily }: NumericAt): ColumnFault[] {
  const { min, max } = now;
  if (finite < 50 || min === null || min !== max || spanOf(was) === 0) return [];
  const most = daily?.heaviest ?? Math.max(...was.bins) / Math.max(1, was.present);
  if (most >= 0.95) return [];
  const says = `${short(min)} in all ${counted(finite, 'value')}; the reference goes from ${short(was.min ?? 0)} to ${short(was.max ?? 0)}`;
  return [{ code: 'constant-column', severity: 'critical', size: 1, says }];
}
