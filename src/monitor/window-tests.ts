import { chiSquareHomogeneity } from '../drift/counts.ts';
import { chiSquareTail } from '../drift/gamma.ts';
import { type Dispersion, dayWeight, degreesOf, independentRows } from './dispersion.ts';
import { meanTest, type RowScore, scoreOf } from './mean-test.ts';
import { namesTest } from './names-test.ts';
import { type ColumnSeries, type SeriesDay, windowCounts, windowDays } from './series.ts';
import { widened } from './student.ts';
import type { DaysKnown } from './watched-days.ts';

export type TestName = 'location' | 'shape' | 'categories' | 'missing';

export interface TestOutcome {
  readonly test: TestName;
  readonly pValue: number;
  /** Variance over that of independent rows. */
  readonly inflation: number;
  /** Of that variance. */
  readonly degrees: number;
  /** Of location: see MeanTest. */
  readonly difference?: number;
  readonly standardError?: number;
}

/** With fewer rows on a side nothing is said. */
const leastRows = 30;

/** The days from index `from` to `to` of a column, with what is known around them. */
export interface AskedWindow {
  readonly series: ColumnSeries;
  readonly from: number;
  readonly to: number;
  readonly known: DaysKnown;
  /** Of the reference's normal scores. */
  readonly scores: RowScore;
  /** A p-value above it decides nothing: what even independent rows would not make smaller is not looked into. 1: everything is. */
  readonly decisive: number;
}

/** Every test of one column on some days; a test that is not defined there is left out. */
export function windowTests(asked: AskedWindow): TestOutcome[] {
  const { series, from, to } = asked;
  const present = series.referenceRows - series.referenceMissing;
  const days = series.days.slice(from, to + 1);
  const here = days.reduce((sum, day) => sum + day.present, 0);
  const rows = days.reduce((sum, day) => sum + day.rows, 0);
  const outcomes: TestOutcome[] = [];
  if (present >= leastRows && here >= leastRows) {
    if (series.kind === 'categorical') outcomes.push(categoriesTest(asked));
    else outcomes.push(locationTest(asked), shapeTest(asked));
  }
  if (series.referenceRows >= leastRows && rows >= leastRows) outcomes.push(missingTest(asked, days));
  return outcomes;
}

function locationTest({ series, from, to, known, scores, decisive }: AskedWindow): TestOutcome {
  const rows = series.referenceRows - series.referenceMissing;
  const window = series.days
    .slice(from, to + 1)
    .filter(({ present }) => present > 0)
    .map(({ number, present, meanScore }) => ({ day: number, rows: present, difference: meanScore }));
  const reference = { rows, mean: 0, variance: scores.variance };
  const least = meanTest(window, reference, scores, { ...independentRows, weekdays: known.weekdays });
  if (least.pValue > decisive) return { test: 'location', ...least };
  const dispersion = known.location();
  const quick = meanTest(window, reference, scores, dispersion);
  if (quick.pValue > 0.05 && scores.variance > 0) return { test: 'location', ...quick };
  // Near a decision the ties of both sides count, as under the hypothesis that both are one.
  const both = scoreOf(series.scores, series.reference, windowCounts(series, from, to));
  return { test: 'location', ...meanTest(window, reference, both, dispersion) };
}

/**
 * Kolmogorov-Smirnov on the bins: a lower bound of the distance between the values, so that it is careful. The p-value is the bound of Wei &
 * Dudley (2012) on the two-sample distance, 2.17 exp(-2 n d^2), with n reduced by what days differ.
 */
function shapeTest({ series, from, to, known, decisive }: AskedWindow): TestOutcome {
  const gap = largestGap(series, from, to);
  const rows = 1 / (1 / presentIn(series, from, to) + 1 / (series.referenceRows - series.referenceMissing));
  const tail = (effective: number): number => Math.min(1, 2.17 * Math.exp(-2 * effective * gap * gap));
  const least = tail(rows);
  if (least > decisive) return { test: 'shape', pValue: least, inflation: 1, degrees: Number.POSITIVE_INFINITY };
  const { inflation, degrees } = inflationOf(series, from, to, shapeDispersion(from, to, known));
  return { test: 'shape', pValue: widened(tail(rows / inflation), degrees), inflation, degrees };
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
function shapeDispersion(from: number, to: number, known: DaysKnown): Dispersion {
  const [location, cells] = [known.location(), known.cells()];
  const wholeWeeks = (to - from + 1) % 7 === 0;
  const place = wholeWeeks ? location.surplus : location.rawSurplus;
  const longest =
    location.surplus * location.autocorrelation > cells.surplus * cells.autocorrelation ? location : cells;
  const surplusError = place > cells.surplus ? location.surplusError : cells.surplusError;
  return { ...longest, surplus: Math.max(place, cells.surplus), surplusError };
}

function inflationOf(
  series: ColumnSeries,
  from: number,
  to: number,
  dispersion: Dispersion,
): Pick<TestOutcome, 'inflation' | 'degrees'> {
  const window = windowDays(series, from, to, 'present');
  const here = window.reduce((sum, { rows }) => sum + rows, 0);
  const rows = series.referenceRows - series.referenceMissing;
  const days = dayWeight(window, dispersion.autocorrelation) + dispersion.referenceWeight;
  const known = 1 / here + 1 / rows;
  return { inflation: 1 + (dispersion.surplus * days) / known, degrees: degreesOf(dispersion, known, days) };
}

/**
 * Chi-square of homogeneity, with the first-order correction of Rao & Scott (1981) for days that differ a little. Where they differ for
 * certain, some names differ far more than others and that correction says too much: then each name is tested by its own days.
 */
function categoriesTest({ series, from, to, known }: AskedWindow): TestOutcome {
  const cells = known.cells();
  const ofName = (name: string): Dispersion => known.name(name, cells.autocorrelation);
  if (cells.certain) return { ...namesTest(series, from, to, ofName), test: 'categories' };
  const { inflation, degrees } = inflationOf(series, from, to, cells);
  const { statistic, degreesOfFreedom } = chiSquareHomogeneity(
    Array.from(series.reference),
    Array.from(windowCounts(series, from, to)),
  );
  const p = degreesOfFreedom === 0 ? 1 : chiSquareTail((statistic ?? 0) / inflation, degreesOfFreedom);
  return { test: 'categories', pValue: widened(p, degrees), inflation, degrees };
}

function missingTest({ series, known, decisive }: AskedWindow, days: readonly SeriesDay[]): TestOutcome {
  const { referenceRows, referenceMissing } = series;
  const share = referenceMissing / referenceRows;
  const window = days
    .filter(({ rows }) => rows > 0)
    .map(({ number, rows, present }) => ({ day: number, rows, difference: (rows - present) / rows - share }));
  const here = window.reduce((sum, { rows }) => sum + rows, 0);
  const gone = window.reduce((sum, { rows, difference }) => sum + rows * (difference + share), 0);
  const pooled = (gone + referenceMissing) / (here + referenceRows);
  const variance = pooled * (1 - pooled);
  const score = { variance, skewness: variance > 0 ? (1 - 2 * pooled) / Math.sqrt(variance) : 0 };
  const reference = { rows: referenceRows, mean: share, variance: share * (1 - share) };
  const least = meanTest(window, reference, score, { ...independentRows, weekdays: known.missingWeekdays });
  if (least.pValue > decisive) return { test: 'missing', ...least };
  return { test: 'missing', ...meanTest(window, reference, score, known.missing()) };
}
