import { type Estimate, type Estimator, estimate } from './estimate.ts';
import { realised } from './statistic.ts';
import { type DayTotals, merge } from './totals.ts';

/** An estimate beside what its rows turned out to be. */
export interface Reconciled extends Estimate {
  readonly realised: number;
  readonly inside: boolean;
}

export interface Reconciliation {
  readonly metric: string;
  readonly windows: readonly Reconciled[];
  /** Share of windows whose realised value lay in the stated interval; null without windows. */
  readonly covered: number | null;
  /** Mean of realised minus estimated: how the estimate is off by and large. */
  readonly bias: number | null;
  readonly meanAbsoluteError: number | null;
}

/**
 * How far estimates were from what came true, window by window of `span` days. An estimate depends on nothing but reference and scores, so it is
 * the same today as it was before the labels came.
 * @param days whose labels have matured, in order
 */
export function reconcile(estimator: Estimator, metric: string, days: readonly DayTotals[], span = 1): Reconciliation {
  const { cells } = estimator.reference;
  const statistic = realised(estimator.reference, metric);
  const windows: Reconciled[] = [];
  for (const window of byCalendar(
    days.filter(({ labelled }) => labelled > 0),
    span,
  )) {
    const expected = estimate(estimator, metric, window);
    const value = statistic.value(merge(cells, window));
    if (!expected || !Number.isFinite(value)) continue;
    const { low, high } = expected.interval;
    windows.push({ ...expected, realised: value, inside: value >= low && value <= high });
  }
  const errors = windows.map((window) => window.realised - window.estimated);
  return {
    metric,
    windows,
    covered: mean(windows.map(({ inside }) => (inside ? 1 : 0))),
    bias: mean(errors),
    meanAbsoluteError: mean(errors.map(Math.abs)),
  };
}

/** Days of the same `span` of the calendar together: the windows stay the same from check to check. */
function byCalendar(days: readonly DayTotals[], span: number): DayTotals[][] {
  const windows = new Map<number, DayTotals[]>();
  for (const day of days) {
    const name = Math.floor(day.day / span);
    windows.set(name, [...(windows.get(name) ?? []), day]);
  }
  return [...windows.values()];
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
