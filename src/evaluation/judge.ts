import type { Gate } from '../plan/schema-gates.ts';
import type { Direction } from './gate-direction.ts';
import { plain, reachable, reachableDifference } from './gate-words.ts';
import type { GateBasis, GateResult, Interval, Verdict } from './report.ts';

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
  /** The value itself is one against the champion: without a champion there is nothing to judge. */
  readonly needsChampion: boolean;
  readonly direction: Direction;
  /** What else helps to understand the value: which groups lie furthest apart. */
  readonly note?: string | undefined;
}

/** An absolute gate compares the value itself; its interval is shown beside it. */
export function judgeBounds(gate: Gate, name: string, threshold: string, measured: Measured): GateResult {
  const { value, n, interval, note } = measured;
  const said = boundsVerdict(gate, threshold, measured);
  return { name, gate, n, value, interval, ...said, basis: basisOf('bounds', measured), ...noted(note) };
}

/**
 * The interval is two-sided at the gate's confidence. Pass when all of it reaches `by` (so a challenger that is not that good passes with
 * a probability of at most half of 1 - confidence), fail when even the point misses `by`, inconclusive between the two. A negative `by`
 * allows a loss under the same rule: not having shown harm is not enough.
 */
export function judgeVersus(gate: Gate, name: string, threshold: string, measured: Measured): GateResult {
  const { n, difference, differenceInterval } = measured;
  const said = versusVerdict(gate, threshold, measured);
  const rowsNeeded = said.verdict === 'inconclusive' ? enoughRows(gate, measured) : null;
  return {
    ...{ name, gate, n, value: difference, interval: differenceInterval, ...said },
    basis: basisOf('versus', measured),
    ...(rowsNeeded === null ? {} : { rowsNeeded }),
  };
}

/** The verdict that follows from a stored result's own figures; null for one that was stored before its basis was. */
export function rejudge(result: GateResult): Verdict | null {
  const { basis, gate, parts } = result;
  if (parts !== undefined) {
    const verdicts = parts.map(rejudge);
    return verdicts.some((verdict) => verdict === null)
      ? null
      : combined('any' in gate ? 'any' : 'all', verdicts as Verdict[]);
  }
  if (basis === undefined || !('metric' in gate)) return null;
  const { n, value, interval } = result;
  const versus = basis.kind === 'versus';
  const measured: Measured = {
    ...{ n, ...basis },
    ...{ value: versus ? null : value, interval: versus ? null : interval },
    ...{ difference: versus ? value : null, differenceInterval: versus ? interval : null },
  };
  return (versus ? versusVerdict : boundsVerdict)(gate, '', measured).verdict;
}

/** Of conditions together: `any` passes with one that passes, `all` only with each. What may still turn out either way is inconclusive. */
export function combined(how: 'any' | 'all', verdicts: readonly Verdict[]): Verdict {
  const decisive = how === 'any' ? 'pass' : 'fail';
  if (verdicts.includes(decisive)) return decisive;
  if (verdicts.includes('inconclusive')) return 'inconclusive';
  return how === 'any' ? 'fail' : 'pass';
}

type Said = Pick<GateResult, 'threshold' | 'verdict' | 'counterfactual'>;

function boundsVerdict(gate: Gate, threshold: string, measured: Measured): Said {
  const { value, tooLittle, answered, needsChampion, champion } = measured;
  if (!answered) return noAnswer(threshold);
  if (needsChampion && champion === 'none') return passed(`${threshold} (no champion yet)`);
  if (needsChampion && champion === 'silent') return undecided(threshold, silentWords);
  if (tooLittle !== null) return undecided(threshold, tooLittle);
  if (value === null) return undecided(threshold, undefinedWords);
  const { low, high } = limits(gate);
  if (value >= low && value <= high) return passed(threshold);
  return { threshold, verdict: 'fail', counterfactual: boundsCounterfactual(gate, value, low) };
}

function versusVerdict(gate: Gate, threshold: string, measured: Measured): Said {
  const { champion, tooLittle, difference, answered } = measured;
  if (!answered) return noAnswer(threshold);
  if (champion === 'none') return passed(`${threshold} (no champion yet)`);
  if (champion === 'silent') return undecided(threshold, silentWords);
  if (tooLittle !== null) return undecided(threshold, tooLittle);
  if (difference === null) return undecided(threshold, undefinedWords);
  const { verdict, shown } = compare(gate, difference, measured);
  return { threshold, verdict, counterfactual: verdict === 'pass' ? '' : versusCounterfactual(measured, shown) };
}

const undefinedWords = 'the metric is not defined on these rows';
const silentWords = 'the champion did not answer these rows';

function passed(threshold: string): Said {
  return { threshold, verdict: 'pass', counterfactual: '' };
}

function undecided(threshold: string, counterfactual: string): Said {
  return { threshold, verdict: 'inconclusive', counterfactual };
}

function noAnswer(threshold: string): Said {
  return {
    threshold: `${threshold}, with an answer for every row`,
    verdict: 'fail',
    counterfactual: 'the model failed on rows of the hold-out',
  };
}

function basisOf(kind: GateBasis['kind'], measured: Measured): GateBasis {
  const { answered, tooLittle, champion, measuredExactly, needsChampion, direction } = measured;
  return { kind, answered, tooLittle, champion, measuredExactly, needsChampion, direction };
}

function noted(note: string | undefined): Pick<GateResult, 'note'> {
  return note === undefined ? {} : { note };
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
  { differenceInterval, measuredExactly, direction }: Measured,
): { readonly verdict: Verdict; readonly shown: number | null } {
  const sign = direction === 'higher' ? 1 : -1;
  const by = gate.by ?? 0;
  const worst = sign === 1 ? differenceInterval?.low : differenceInterval?.high;
  const shown = measuredExactly ? difference : (worst ?? null);
  // What answers exactly as the champion does is not better, however certain that is.
  if (by === 0 && !measuredExactly && difference === 0 && shown === 0) return { verdict: 'fail', shown };
  if (shown !== null && sign * shown >= by) return { verdict: 'pass', shown };
  return { verdict: sign * difference < by ? 'fail' : 'inconclusive', shown };
}

function versusCounterfactual({ direction }: Measured, shown: number | null): string {
  if (shown === 0) return 'no better than the champion: the same on all of these rows';
  if (shown === null) return 'too few resamples define the metric for an interval';
  return direction === 'higher'
    ? `would pass at ≥ ${reachableDifference(shown, 'atLeast')}`
    : `would pass at ≤ ${reachableDifference(shown, 'atMost')}`;
}

/**
 * Rows with which the same difference would pass: the side of an interval narrows with the root of its rows. Rounded up to two figures;
 * null where it would take more than a hundred times as many, which nobody waits for.
 */
function enoughRows({ by = 0 }: Gate, { n, difference, differenceInterval, direction }: Measured): number | null {
  if (difference === null || differenceInterval === null) return null;
  const margin = (direction === 'higher' ? difference : -difference) - by;
  const side = direction === 'higher' ? difference - differenceInterval.low : differenceInterval.high - difference;
  const factor = margin > 0 ? (side / margin) ** 2 : Number.POSITIVE_INFINITY;
  if (!(factor > 1) || factor > 100) return null;
  const rows = n * factor;
  const step = 10 ** Math.max(0, Math.floor(Math.log10(rows)) - 1);
  return Math.ceil(rows / step) * step;
}
