import { chiSquareHomogeneity } from '../drift/counts.ts';
import { chiSquareTail } from '../drift/gamma.ts';
import { type Dispersion, dayWeight } from './dispersion.ts';
import { meanTest, type RowScore, scoreOf } from './mean-test.ts';
import { namesTest } from './names-test.ts';
import { type ColumnSeries, type SeriesDay, windowCounts, windowDays } from './series.ts';
import { widened } from './student.ts';

/** What is known of a column's reference before any window is looked at. */
export interface ColumnReference {
  readonly location: Dispersion;
  readonly cells: Dispersion;
  readonly missing: Dispersion;
  /** Of the shares of frequent names, and under the empty name of all others; for numbers empty. */
  readonly names: ReadonlyMap<string, Dispersion>;
  /** Of the normal scores of the reference. */
  readonly scores: RowScore;
}

export type TestName = 'location' | 'shape' | 'categories' | 'missing';

export interface TestOutcome {
  readonly test: TestName;
  readonly pValue: number;
  /** Variance over that of independent rows. */
  readonly inflation: number;
  /** Of location: see MeanTest. */
  readonly difference?: number;
  readonly standardError?: number;
}

/** With fewer rows on a side nothing is said. */
const leastRows = 30;

/** Every test of one column on the days from index `from` to `to`; a test that is not defined there is left out. */
export function windowTests(series: ColumnSeries, from: number, to: number, reference: ColumnReference): TestOutcome[] {
  const present = series.referenceRows - series.referenceMissing;
  const days = series.days.slice(from, to + 1);
  const here = days.reduce((sum, day) => sum + day.present, 0);
  const rows = days.reduce((sum, day) => sum + day.rows, 0);
  const outcomes: TestOutcome[] = [];
  if (present >= leastRows && here >= leastRows) {
    if (series.kind === 'categorical') outcomes.push(categoriesTest(series, from, to, reference));
    else outcomes.push(locationTest(series, from, to, reference), shapeTest(series, from, to, reference));
  }
  if (series.referenceRows >= leastRows && rows >= leastRows) outcomes.push(missingTest(series, days, reference));
  return outcomes;
}

function locationTest(
  series: ColumnSeries,
  from: number,
  to: number,
  { location, scores }: ColumnReference,
): TestOutcome {
  const rows = series.referenceRows - series.referenceMissing;
  const window = series.days
    .slice(from, to + 1)
    .filter(({ present }) => present > 0)
    .map(({ number, present, meanScore }) => ({ day: number, rows: present, difference: meanScore }));
  const reference = { rows, mean: 0, variance: scores.variance };
  const quick = meanTest(window, reference, scores, location);
  if (quick.pValue > 0.05 && scores.variance > 0) return { test: 'location', ...quick };
  // Near a decision the ties of both sides count, as under the hypothesis that both are one.
  const both = scoreOf(series.scores, series.reference, windowCounts(series, from, to));
  return { test: 'location', ...meanTest(window, reference, both, location) };
}

/**
 * Kolmogorov-Smirnov on the bins: a lower bound of the distance between the values, so that it is careful. The p-value is the bound of Wei &
 * Dudley (2012) on the two-sample distance, 2.17 exp(-2 n d^2), with n reduced by what days differ.
 */
function shapeTest(series: ColumnSeries, from: number, to: number, reference: ColumnReference): TestOutcome {
  const inflation = shapeInflation(series, from, to, reference);
  const gap = largestGap(series, from, to);
  const here = presentIn(series, from, to);
  const effective = 1 / (1 / here + 1 / (series.referenceRows - series.referenceMissing)) / inflation;
  const p = Math.min(1, 2.17 * Math.exp(-2 * effective * gap * gap));
  return { test: 'shape', pValue: widened(p, reference.cells.degrees), inflation };
}

/** Largest distance between the two distributions at the ends of bins. */
function largestGap(series: ColumnSeries, from: number, to: number): number {
  const before = (series.days[from - 1] as SeriesDay | undefined)?.until.counts ?? series.none;
  const after = (series.days[to] as SeriesDay).until.counts;
  const { reference } = series;
  const a = 1 / presentIn(series, from, to);
  const b = 1 / (series.referenceRows - series.referenceMissing);
  let [below, highest, lowest] = [0, 0, 0];
  for (let at = 0; at < after.length; at += 1) {
    below += ((after[at] as number) - (before[at] as number)) * a - (reference[at] as number) * b;
    if (below > highest) highest = below;
    else if (below < lowest) lowest = below;
  }
  return Math.max(highest, -lowest);
}

function presentIn({ days }: ColumnSeries, from: number, to: number): number {
  let rows = 0;
  for (let at = from; at <= to; at += 1) rows += (days[at] as SeriesDay).present;
  return rows;
}

/** Days may differ in place or in form: the larger counts. Over whole weeks weekdays even out. */
function shapeInflation(series: ColumnSeries, from: number, to: number, { location, cells }: ColumnReference): number {
  const wholeWeeks = (to - from + 1) % 7 === 0;
  const place = wholeWeeks ? location.surplus : location.rawSurplus;
  const longest =
    location.surplus * location.autocorrelation > cells.surplus * cells.autocorrelation ? location : cells;
  return inflationOf(series, from, to, { ...longest, surplus: Math.max(place, cells.surplus) });
}

function inflationOf(series: ColumnSeries, from: number, to: number, dispersion: Dispersion): number {
  if (dispersion.surplus === 0) return 1;
  const window = windowDays(series, from, to, 'present');
  const here = window.reduce((sum, { rows }) => sum + rows, 0);
  const rows = series.referenceRows - series.referenceMissing;
  const days = dayWeight(window, dispersion.autocorrelation) + dispersion.referenceWeight;
  return 1 + (dispersion.surplus * days) / (1 / here + 1 / rows);
}

/**
 * Chi-square of homogeneity, with the first-order correction of Rao & Scott (1981) for days that differ a little. Where they differ for
 * certain, some names differ far more than others and that correction says too much: then each name is tested by its own days.
 */
function categoriesTest(series: ColumnSeries, from: number, to: number, reference: ColumnReference): TestOutcome {
  const { cells, names } = reference;
  if (cells.certain) return { ...namesTest(series, from, to, names), test: 'categories' };
  const inflation = inflationOf(series, from, to, cells);
  const { statistic, degreesOfFreedom } = chiSquareHomogeneity(
    Array.from(series.reference),
    Array.from(windowCounts(series, from, to)),
  );
  const p = degreesOfFreedom === 0 ? 1 : chiSquareTail((statistic ?? 0) / inflation, degreesOfFreedom);
  return { test: 'categories', pValue: widened(p, cells.degrees), inflation };
}

function missingTest(series: ColumnSeries, days: readonly SeriesDay[], { missing }: ColumnReference): TestOutcome {
  const { referenceRows, referenceMissing } = series;
  const share = referenceMissing / referenceRows;
  const window = days
    .filter(({ rows }) => rows > 0)
    .map(({ number, rows, present }) => ({ day: number, rows, difference: (rows - present) / rows - share }));
  const here = window.reduce((sum, { rows }) => sum + rows, 0);
  const gone = window.reduce((sum, { rows, difference }) => sum + rows * (difference + share), 0);
  const pooled = (gone + referenceMissing) / (here + referenceRows);
  const variance = pooled * (1 - pooled);
  const skewness = variance > 0 ? (1 - 2 * pooled) / Math.sqrt(variance) : 0;
  const outcome = meanTest(
    window,
    { rows: referenceRows, mean: share, variance: share * (1 - share) },
    { variance, skewness },
    missing,
  );
  return { test: 'missing', ...outcome };
}
