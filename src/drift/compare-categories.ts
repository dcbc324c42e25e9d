import { binDistances } from './bin-distances.ts';
import {
  type ColumnHead,
  type ColumnMeasure,
  effectConfidence,
  type MeasuredTest,
  missingTest,
} from './column-measure.ts';
import type { Effect, OneSided } from './comparison.ts';
import { chiSquareHomogeneity, gTestHomogeneity, totalVariation, twoProportions } from './counts.ts';
import { percent, shareOf } from './measured-column.ts';

/** One category and how often each side has it. */
export interface CategoryCount {
  readonly name: string;
  readonly reference: number;
  readonly current: number;
}

/** A column of names, or of true and false. @param counts each category once; missing ones are not among them */
export function compareCategories(head: ColumnHead, counts: readonly CategoryCount[]): ColumnMeasure {
  const sorted = [...counts].sort(
    (x, y) => y.reference + y.current - (x.reference + x.current) || (x.name < y.name ? -1 : 1),
  );
  const [before, after] = [sorted.map(({ reference }) => reference), sorted.map(({ current }) => current)];
  const tvd = totalVariation(before, after);
  return {
    ...head,
    reference: { ...head.reference, numbers: null, distinct: before.filter((count) => count > 0).length },
    current: { ...head.current, numbers: null, distinct: after.filter((count) => count > 0).length },
    tests: [...testsOf(head, before, after), missingTest(head)],
    effect: effectOf(tvd, before, after),
    distances: { tvd, ...binDistances(before, after) },
    histogram: picture(sorted),
    categories: {
      appeared: oneSided(sorted, 'current', 'reference'),
      vanished: oneSided(sorted, 'reference', 'current'),
    },
    moved: largestChange(head, sorted),
  };
}

/**
 * Names that one side has and the other lacks. Of a sample of n rows, those that were seen once say what share of further rows would hold
 * names that it has not seen: their number over n; two standard errors are added.
 */
function oneSided(
  sorted: readonly CategoryCount[],
  side: 'reference' | 'current',
  other: 'reference' | 'current',
): OneSided {
  const names = sorted.filter((each) => each[side] > 0 && each[other] === 0);
  const [rows, otherRows] = [total(sorted.map((each) => each[side])), total(sorted.map((each) => each[other]))];
  const once = sorted.filter((each) => each[other] === 1).length;
  return {
    names: names.slice(0, toldCategories).map(({ name }) => name),
    share: shareOf(total(names.map((each) => each[side])), rows),
    byChance: otherRows === 0 ? 1 : (once + 2 * Math.sqrt(once + (once / otherRows) * rows)) / otherRows,
  };
}

const toldCategories = 20;
const shownCategories = 12;

function testsOf(head: ColumnHead, before: readonly number[], after: readonly number[]): MeasuredTest[] {
  const likelihood = { name: 'g-test', ...gTestHomogeneity(before, after), decides: false } as const;
  const chiSquare = { name: 'chi-square', ...chiSquareHomogeneity(before, after) } as const;
  if (head.kind !== 'boolean') return [{ ...chiSquare, decides: true }, likelihood];
  const pValue = twoProportions(before[0] ?? 0, head.reference.present, after[0] ?? 0, head.current.present);
  const exact = {
    name: 'proportion',
    statistic: chiSquare.statistic,
    degreesOfFreedom: null,
    pValue,
    decides: true,
  } as const;
  return [exact, likelihood];
}

/**
 * Total variation with an interval that holds for any distributions: bounded differences (McDiarmid) around its mean, and at the lower
 * end the most that sampling can add on average, sum over categories of sqrt(p (1 - p) / n) / 2 per side.
 */
function effectOf(tvd: number | null, before: readonly number[], after: readonly number[]): Effect {
  if (tvd === null) return { name: 'tvd', value: null, interval: null };
  const [n, m] = [total(before), total(after)];
  const reach = Math.sqrt((Math.log(2 / (1 - effectConfidence)) / 2) * (1 / n + 1 / m));
  const noise = (counts: readonly number[], size: number): number =>
    counts.reduce((sum, count) => sum + Math.sqrt(((count / size) * (1 - count / size)) / size), 0) / 2;
  const low = Math.max(0, tvd - reach - noise(before, n) - noise(after, m));
  return { name: 'tvd', value: tvd, interval: { low, high: Math.min(1, tvd + reach), confidence: effectConfidence } };
}

/** The most frequent, and the rest as one. */
function picture(sorted: readonly CategoryCount[]): ColumnMeasure['histogram'] {
  const [top, rest] = [sorted.slice(0, shownCategories), sorted.slice(shownCategories)];
  const counts = (side: 'reference' | 'current'): number[] => [
    ...top.map((each) => each[side]),
    ...(rest.length > 0 ? [total(rest.map((each) => each[side]))] : []),
  ];
  const labels = [...top.map(({ name }) => name), ...(rest.length > 0 ? ['other'] : [])];
  return { labels, reference: counts('reference'), current: counts('current') };
}

function largestChange({ reference, current }: ColumnHead, counts: readonly CategoryCount[]): string {
  const changes = counts.map((each) => ({
    name: each.name,
    was: shareOf(each.reference, reference.present),
    is: shareOf(each.current, current.present),
  }));
  const [first, ...others] = changes;
  if (first === undefined) return 'no values';
  const most = others.reduce(
    (worst, one) => (Math.abs(one.is - one.was) > Math.abs(worst.is - worst.was) ? one : worst),
    first,
  );
  return `${most.name} ${percent(most.was)} → ${percent(most.is)}`;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
