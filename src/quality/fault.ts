import type { Severity } from '../alarm/finding.ts';
import type { QualityCode } from './codes.ts';

/** Something wrong with one column, or with the whole (column null), on one day or in the whole window (day null). */
export interface Fault {
  readonly code: QualityCode;
  readonly column: string | null;
  readonly day: string | null;
  readonly severity: Severity;
  /** Share of the rows concerned, 0 to 1; 1 where the whole column or day is. */
  readonly size: number;
  /** Without the day, which is added. */
  readonly says: string;
}

/** What a rule for one column on one day finds. */
export type ColumnFault = Omit<Fault, 'column' | 'day'>;

/** Critical from this share of the rows on. */
export function bySize(size: number, critical: number): Severity {
  return size >= critical ? 'critical' : 'warning';
}
