import type { Gate } from '../plan/schema.ts';
import { plain, reachable, reachableDifference } from './gate-words.ts';
import { metricDirection } from './metrics.ts';
import type { GateResult, Interval, Verdict } from './report.ts';

/** One metric of one challenger in one place, beside the champion's. */
export interface Measured {
  readonly n: number;
  /** False when the model failed on rows of the hold-out and so has no metrics at all. */
  readonly answered: boolean;
  /** Why the rows are too few to judge by; null when they suffice. */
  readonly tooLittle: string | null;
  readonly value: number | null;
  readonly interval: Interval | null;
  readonly champion: 'none' | 'silent' | 'present';
  /** Challenger minus champion. */
  readonly difference: number | null;
  readonly differenceInterval: Interval | null;
  /** Serving figures: the difference itself decides, there is no interval. */
  readonly measuredExactly: boolean;
}

/** An absolute gate compares the value itself; its interval is shown beside it. */
export function judgeBounds(gate: Gate, name: string, threshold: string, measured: Measured): GateResult {
  const { value, n, tooLittle } = measured;
  const result = { name, gate, n, value, interval: measured.interval };
  if (!measured.answered) return { ...result, ...noAnswer(threshold) };
  if (tooLittle !== null) return { ...result, threshold, verdict: 'inconclusive', counterfactual: tooLittle };
  if (value === null) return { ...result, threshold, verdict: 'inconclusive', counterfactual: undefinedWords };
  const { low, high } = limits(gate);
  if (value >= low && value <= high) return { ...result, threshold, verdict: 'pass', counterfactual: '' };
  return { ...result, threshold, verdict: 'fail', counterfactual: boundsCounterfactual(gate, value, low) };
}

/**
 * The interval is two-sided at the gate's confidence. Pass when all of it reaches `by` (so a challenger that is not that good passes with
 * a probability of at most half of 1 - confidence), fail when even the point misses `by`, inconclusive between the two. A negative `by`
 * allows a loss under the same rule: not having shown harm is not enough.
 */
export function judgeVersus(gate: Gate, name: string, threshold: string, measured: Measured): GateResult {
  const { n, champion, tooLittle, difference } = measured;
  const result = { name, gate, n, value: difference, interval: measured.differenceInterval };
  if (!measured.answered) return { ...result, ...noAnswer(threshold) };
  if (champion === 'none')
    return { ...result, threshold: `${threshold} (no champion yet)`, verdict: 'pass', counterfactual: '' };
  if (champion === 'silent')
    return { ...result, threshold, verdict: 'inconclusive', counterfactual: 'the champion did not answer these rows' };
  if (tooLittle !== null) return { ...result, threshold, verdict: 'inconclusive', counterfactual: tooLittle };
  if (difference === null) return { ...result, threshold, verdict: 'inconclusive', counterfactual: undefinedWords };
  const { verdict, shown } = compare(gate, difference, measured);
  return { ...result, threshold, verdict, counterfactual: verdict === 'pass' ? '' : versusCounterfactual(gate, shown) };
}

const undefinedWords = 'the metric is not defined on these rows';

function noAnswer(threshold: string): Pick<GateResult, 'threshold' | 'verdict' | 'counterfactual'> {
  return {
    threshold: `${threshold}, with an answer for every row`,
    verdict: 'fail',
    counterfactual: 'the model failed on rows of the hold-out',
  };
}

function limits({ atLeast, atMost, between }: Gate): { readonly low: number; readonly high: number } {
  return {
    low: Math.max(atLeast ?? Number.NEGATIVE_INFINITY, between?.[0] ?? Number.NEGATIVE_INFINITY),
    high: Math.min(atMost ?? Number.POSITIVE_INFINITY, between?.[1] ?? Number.POSITIVE_INFINITY),
  };
}

function boundsCounterfactual({ between }: Gate, value: number, low: number): string {
  const below = value < low;
  const reached = reachable(value, below ? 'atLeast' : 'atMost');
  if (between === undefined) return `would pass at ${below ? '≥' : '≤'} ${reached}`;
  return below
    ? `would pass between ${reached} and ${plain(between[1])}`
    : `would pass between ${plain(between[0])} and ${reached}`;
}

/** `shown` is the difference that was shown with confidence: the gate would pass there. */
function compare(
  gate: Gate,
  difference: number,
  { differenceInterval, measuredExactly }: Measured,
): { readonly verdict: Verdict; readonly shown: number | null } {
  const sign = metricDirection(gate.metric) === 'higher' ? 1 : -1;
  const by = gate.by ?? 0;
  const worst = sign === 1 ? differenceInterval?.low : differenceInterval?.high;
  const shown = measuredExactly ? difference : (worst ?? null);
  if (shown !== null && sign * shown >= by) return { verdict: 'pass', shown };
  return { verdict: sign * difference < by ? 'fail' : 'inconclusive', shown };
}

function versusCounterfactual({ metric }: Gate, shown: number | null): string {
  if (shown === null) return 'too few resamples define the metric for an interval';
  return metricDirection(metric) === 'higher'
    ? `would pass at ≥ ${reachableDifference(shown, 'atLeast')}`
    : `would pass at ≤ ${reachableDifference(shown, 'atMost')}`;
}
