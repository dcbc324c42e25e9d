import type { Severity } from '../alarm/finding.ts';

/** One reason why an evaluation may be too good to be true. A critical one stops every candidate. */
export interface Leak {
  /** Stable word for what it is. */
  readonly code:
    | 'predicts-alone'
    | 'decides-alone'
    | 'seen-by-id'
    | 'seen-by-content'
    | 'time-overlap'
    | 'train-serve-skew'
    | 'schema-changed';
  readonly column: string | null;
  readonly severity: Severity;
  /** One line for people: what, how much, what to do. */
  readonly says: string;
}
