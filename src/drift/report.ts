import type { ShiftSegment } from '../monitor/explain-shift.ts';

export interface ColumnDrift {
  readonly column: string;
  readonly kind: 'numeric' | 'categorical';
  readonly test: 'ks' | 'chi-square';
  readonly statistic: number | null;
  /** Null where the test is not defined (empty or constant side). */
  readonly pValue: number | null;
  /** Against the rate of the whole period: the column counts as drifted below it. */
  readonly adjustedP: number | null;
  /** Wasserstein-1 over the reference's standard deviation, or total variation distance. */
  readonly effect: number | null;
  readonly effectName: 'w1/sd' | 'tvd';
  readonly missing: {
    readonly reference: number;
    readonly current: number;
    readonly pValue: number | null;
    readonly adjustedP: number | null;
  };
  readonly newCategories: readonly string[];
  /** Share of current rows out of the declared range. */
  readonly outOfRange: number;
  /** Counts over common bins or categories, for pictures. */
  readonly histogram: {
    readonly labels: readonly string[];
    readonly reference: readonly number[];
    readonly current: readonly number[];
  };
  readonly drifted: boolean;
  /** Segments that account for more of the drift than their rows do, the largest part first; absent where it is everywhere alike. */
  readonly segments?: readonly ShiftSegment[];
  /** Plain-language findings; empty when nothing is wrong with the column. */
  readonly findings: readonly string[];
}

export interface PerformanceDrift {
  readonly metric: string;
  readonly reference: number | null;
  readonly current: number | null;
  readonly interval: { readonly low: number; readonly high: number; readonly confidence: number } | null;
  readonly labelled: number;
  readonly waitingForLabels: number;
  readonly verdict: 'fell' | 'held' | 'inconclusive';
}
