import { type Baseline, clustering } from './baseline.ts';
import type { Statistic } from './statistic.ts';
import { studentQuantile, studentTail } from './student.ts';
import { merge, type ScoreCells, type Totals } from './totals.ts';

/** How many of the last days are pooled: a breakdown shows within a day, a slow loss over weeks. */
export const scales = [1, 2, 4, 8, 16, 32] as const;

export type Verdict = 'changed' | 'held' | 'inconclusive';

export interface WatchOptions {
  /** Probability of a false alarm that may be spent today, on all scales together. */
  readonly alpha: number;
  /** Smallest change that matters, in the unit of the statistic. */
  readonly atLeast: number;
  /** 1: only a rise matters, -1: only a fall, 0: both. */
  readonly direction: 1 | -1 | 0;
}

/** The statistic over the last `days` days, against the reference. */
export interface Look {
  readonly days: number;
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly value: number;
  /** Value minus the reference's. */
  readonly change: number;
  readonly standardError: number;
  /** Of no change (in the direction that matters), by itself. */
  readonly pValue: number;
  readonly changed: boolean;
}

export interface Watched {
  readonly name: string;
  readonly reference: number | null;
  /** The smallest change that matters. */
  readonly atLeast: number;
  readonly verdict: Verdict;
  /** The look with the strongest evidence of those that changed, else of all; null where no look was possible. */
  readonly look: Look | null;
  /** The smallest change that today's longest look could have called certain; null where none could. */
  readonly detectable: number | null;
  /** Why nothing was decided; null otherwise. */
  readonly why: string | null;
}

interface Day extends Totals {
  readonly day: number;
}

/**
 * Compares the last 1, 2, 4, 8, 16 and 32 days with the reference. Each look is a valid test by itself (Student's, with the variance between the
 * reference's own days) and takes its share of `alpha`, so that the sum over looks and days bounds the chance of any false alarm, however the looks
 * depend on each other. A change counts when it is certain and at least `atLeast`. The days are the state: asking twice spends nothing.
 * @param days in order; the last one is the day that is judged
 */
export function watch(
  cells: ScoreCells,
  statistic: Statistic,
  baseline: Baseline | null,
  days: readonly Day[],
  options: WatchOptions,
): Watched {
  const { name } = statistic;
  const filled = days.filter((day) => statistic.rows(day) > 0);
  if (!baseline)
    return nothing(name, null, options, 'the reference has fewer than three days with rows, or does not define it');
  const looks = scales
    .filter((scale, at) => at === 0 || scale <= filled.length)
    .flatMap((scale) => lookAt(cells, statistic, baseline, filled.slice(-scale), options) ?? []);
  const longest = looks.at(-1);
  if (!longest)
    return nothing(name, baseline.value, options, filled.length === 0 ? 'no rows' : 'not defined on these rows');
  const changed = looks.filter((look) => look.changed);
  const large = looks.some(({ change }) => matters(change, options));
  return {
    name,
    reference: baseline.value,
    atLeast: options.atLeast,
    verdict: changed.length > 0 ? 'changed' : large ? 'inconclusive' : 'held',
    look: strongest(changed.length > 0 ? changed : looks),
    detectable: detectable(longest, baseline, options),
    why: null,
  };
}

function lookAt(
  cells: ScoreCells,
  statistic: Statistic,
  baseline: Baseline,
  window: readonly Day[],
  options: WatchOptions,
): Look | null {
  const whole = merge(cells, window);
  const [value, own] = [statistic.value(whole), statistic.rowVariance(whole)];
  const rows = statistic.rows(whole);
  const [first, last] = [window[0], window.at(-1)];
  if (!first || !last || !Number.isFinite(value) || rows < minimumRows) return null;
  const clusters = window.map((day) => ({ day: day.day, rows: statistic.rows(day) }));
  // Whichever is larger: a few rows, or rows of one kind, show too little variance of their own.
  const rowVariance = Math.max(baseline.rowVariance, Number.isFinite(own) ? own : 0);
  const variance =
    rowVariance / rows + baseline.dayVariance * clustering(clusters, baseline.correlation) + baseline.variance;
  const change = value - baseline.value;
  const standardError = Math.sqrt(variance);
  const pValue = pOf(change / standardError, baseline.degrees, options.direction);
  const certain = pValue < options.alpha / scales.length;
  return {
    days: window.length,
    from: first.day,
    to: last.day,
    rows,
    value,
    change,
    standardError,
    pValue,
    changed: certain && matters(change, options),
  };
}

/** Fewer rows are judged with more days. */
const minimumRows = 30;

function pOf(t: number, degrees: number, direction: WatchOptions['direction']): number {
  if (Number.isNaN(t)) return 1;
  return direction === 0 ? Math.min(1, 2 * studentTail(Math.abs(t), degrees)) : studentTail(direction * t, degrees);
}

function matters(change: number, { atLeast, direction }: WatchOptions): boolean {
  return (direction === 0 ? Math.abs(change) : direction * change) >= atLeast;
}

function strongest(looks: readonly Look[]): Look | null {
  return looks.reduce<Look | null>((best, look) => (best === null || look.pValue < best.pValue ? look : best), null);
}

function detectable({ standardError }: Look, { degrees }: Baseline, { alpha, direction }: WatchOptions): number | null {
  const change = standardError * studentQuantile(alpha / scales.length / (direction === 0 ? 2 : 1), degrees);
  return Number.isFinite(change) ? change : null;
}

function nothing(name: string, reference: number | null, { atLeast }: WatchOptions, why: string): Watched {
  return { name, reference, atLeast, verdict: 'inconclusive', look: null, detectable: null, why };
}
