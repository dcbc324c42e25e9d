import type { Interval } from '../evaluation/report.ts';
import { commonBets } from './bets.ts';
import { countEvidence, eValueAbove, eValueBelow, ratioInterval } from './e-process.ts';
import type { ClassCount, HoldbackCounts, Sample } from './holdback.ts';
import { minimumValues, shiftAbove, shiftBelow, shiftInterval, stratifiedShift } from './mean-shift.ts';

/** Final labels of the answers of one day. */
export interface HoldbackDay {
  /** `2026-11-21`, UTC. */
  readonly day: string;
  readonly counts: HoldbackCounts;
}

export interface FeedbackRow {
  /** A class, or `mean` for numbers. */
  readonly what: string;
  /** Share of the class, or mean of the labels. */
  readonly rest: number;
  readonly holdback: number;
  /** Of a share: holdback over rest; of a mean: holdback minus rest. Valid however often one looks; null while an end is open. */
  readonly interval: Interval | null;
  /** How far apart: |log| of the ratio of shares, or standard deviations between means; at most 10. */
  readonly size: number;
  /** Evidence for a difference, to the side that has more of it. */
  readonly eValue: number;
}

/** Whether acting on the answers changes what happens. */
export interface FeedbackReport {
  /** First and last day of the evidence. */
  readonly from: string;
  readonly to: string;
  readonly kind: 'classes' | 'numbers';
  readonly labelled: { readonly rest: number; readonly holdback: number };
  /** The evidence at which a difference is told. */
  readonly threshold: number;
  /** The most evidence first. */
  readonly rows: readonly FeedbackRow[];
  /** inconclusive: too few labels of answers that were held back. */
  readonly verdict: 'feedback' | 'nothing-found' | 'inconclusive';
}

/**
 * Compares labels of held-back answers with those of the rest, each day with itself: a change of the world, or of the share held back, is
 * no difference. Given how many labels of a day are of a class, those on the held-back part are draws without replacement where acting
 * changes nothing, and `countEvidence` stays a supermartingale over days (Hoeffding 1963, theorem 4: such sums are less spread than with
 * replacement). Of numbers the means, in standard deviations. `alpha` is shared by both sides of every row.
 * @param days in order
 * @returns null where nothing that was held back has a label
 */
export function watchFeedback(days: readonly HoldbackDay[], alpha: number): FeedbackReport | null {
  const [first, last] = [days[0], days.at(-1)];
  const counts = days.map((day) => day.counts);
  const labelled = sum(counts.map(labelledOf));
  if (first === undefined || last === undefined || labelled.holdback === 0 || labelled.rest === 0) return null;
  const numbers = counts.flatMap((each) => (each.kind === 'numbers' ? [each] : []));
  const classes = counts.flatMap((each) => (each.kind === 'classes' ? [each.classes] : []));
  const kind = numbers.length > 0 ? 'numbers' : 'classes';
  const names = [...new Set(classes.flat().map(({ label }) => label))].sort();
  const threshold = (2 * (kind === 'numbers' ? 1 : names.length)) / alpha;
  const rows =
    kind === 'numbers' ? meanRow(numbers, threshold) : names.map((name) => classRow(classes, name, threshold));
  const few = Math.min(labelled.holdback, labelled.rest) < minimumValues;
  const found = rows.some(({ eValue }) => eValue >= threshold);
  return {
    ...{ from: first.day, to: last.day, kind, labelled, threshold },
    rows: [...rows].sort((a, b) => b.eValue - a.eValue),
    verdict: few ? 'inconclusive' : found ? 'feedback' : 'nothing-found',
  };
}

const largestSize = 10;

function classRow(days: readonly (readonly ClassCount[])[], name: string, threshold: number): FeedbackRow {
  const strata = days.flatMap((classes) => {
    const { rest, holdback } = sum(classes);
    const of = sum(classes.filter(({ label }) => label === name));
    // A day with one part alone compares nothing.
    return rest === 0 || holdback === 0
      ? []
      : [{ share: holdback / (rest + holdback), canary: of.holdback, stable: of.rest }];
  });
  const evidence = countEvidence(strata);
  const all = sum(days.flat());
  const of = sum(days.flat().filter(({ label }) => label === name));
  const [rest, holdback] = [of.rest / all.rest, of.holdback / all.holdback];
  return {
    ...{ what: name, rest, holdback },
    interval: ratioInterval(evidence, threshold, commonBets),
    size: rest === holdback ? 0 : Math.min(largestSize, Math.abs(Math.log(holdback / rest))),
    eValue: Math.max(eValueAbove(evidence, 1, commonBets), eValueBelow(evidence, 1, commonBets)),
  };
}

type Numbers = Extract<HoldbackCounts, { readonly kind: 'numbers' }>;

/** None before both parts have a variance. */
function meanRow(days: readonly Numbers[], threshold: number): FeedbackRow[] {
  const sd = Math.sqrt(spreadOf(days.flatMap(({ rest, holdback }) => [rest, holdback])));
  if (!(sd > 0)) return [];
  const scaled = ({ n, mean, variance }: Sample): Sample => ({ n, mean: mean / sd, variance: variance / sd ** 2 });
  const shift = stratifiedShift(days.map(({ rest, holdback }) => ({ stable: scaled(rest), canary: scaled(holdback) })));
  if (shift === null) return [];
  const interval = shiftInterval(shift, 0, threshold);
  const mean = (arm: 'rest' | 'holdback'): number => {
    const n = days.reduce((total, day) => total + day[arm].n, 0);
    return days.reduce((total, day) => total + day[arm].n * day[arm].mean, 0) / n;
  };
  return [
    {
      ...{ what: 'mean', rest: mean('rest'), holdback: mean('holdback') },
      interval: interval && { ...interval, low: interval.low * sd, high: interval.high * sd },
      size: Math.min(largestSize, Math.abs(shift.difference)),
      eValue: Math.max(shiftAbove(shift, 0), shiftBelow(shift, 0)),
    },
  ];
}

/** Variance within the parts of all days. */
function spreadOf(samples: readonly Sample[]): number {
  const degrees = samples.reduce((total, { n }) => total + Math.max(0, n - 1), 0);
  return samples.reduce((total, { n, variance }) => total + Math.max(0, n - 1) * variance, 0) / degrees;
}

interface Parts {
  readonly rest: number;
  readonly holdback: number;
}

function labelledOf(counts: HoldbackCounts): Parts {
  return counts.kind === 'classes' ? sum(counts.classes) : { rest: counts.rest.n, holdback: counts.holdback.n };
}

function sum(parts: readonly Parts[]): Parts {
  return parts.reduce<Parts>(
    (total, { rest, holdback }) => ({ rest: total.rest + rest, holdback: total.holdback + holdback }),
    { rest: 0, holdback: 0 },
  );
}
