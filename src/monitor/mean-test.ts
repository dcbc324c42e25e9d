import { type Dispersion, dayWeight, degreesOf, type WindowDay } from './dispersion.ts';
import { twoSidedTail } from './student.ts';

/** Moments of one row's score. */
export interface RowScore {
  readonly variance: number;
  readonly skewness: number;
}

export interface MeanTest {
  readonly pValue: number;
  /** Variance of the difference over what independent rows would give. */
  readonly inflation: number;
  /** Of the means, weekday by weekday where weekdays differ, in standard deviations of a row. */
  readonly difference: number;
  readonly standardError: number;
  /** Of the variance, as far as it was estimated. */
  readonly degrees: number;
}

/**
 * Tests that the mean score of a window is the reference's: normal, with the variance of the rows and of the days of both sides, corrected for
 * skewness (Cornish-Fisher, first term), Student's tail for a variance that was estimated. On normal scores this is van der Waerden's test.
 * Where weekdays differ, each day is compared with its own weekday in the reference.
 * @param window each day with its rows and the difference of its mean from the reference's overall mean
 * @param reference its mean, from which its weekdays' means are told apart, and the variance of one of its rows, in which the surplus is
 * @param score of one row under the hypothesis
 */
export function meanTest(
  window: readonly (WindowDay & { readonly difference: number })[],
  reference: { readonly rows: number; readonly mean: number; readonly variance: number },
  score: RowScore,
  dispersion: Dispersion,
): MeanTest {
  const { weekdays, surplus } = dispersion;
  const rows = window.reduce((sum, day) => sum + day.rows, 0);
  const shares = window.map((day) => day.rows / rows);
  let [difference, thirds] = [0, 0];
  const byWeekday = new Float64Array(7);
  for (const [at, day] of window.entries()) {
    const share = shares[at] as number;
    const expected = weekdays === null ? 0 : (weekdays[day.day % 7]?.mean ?? reference.mean) - reference.mean;
    difference += share * (day.difference - expected);
    thirds += share ** 3;
    byWeekday[day.day % 7] = (byWeekday[day.day % 7] as number) + share;
  }
  let [side, sideDays] = [1 / reference.rows, dispersion.referenceWeight];
  if (weekdays !== null) {
    [side, sideDays] = [0, 0];
    for (const [at, weekday] of weekdays.entries()) {
      side += (byWeekday[at] as number) ** 2 / weekday.rows;
      sideDays += (byWeekday[at] as number) ** 2 / weekday.days;
    }
  }
  const independent = score.variance * (1 / rows + side);
  const weight = reference.variance * (dayWeight(window, dispersion.autocorrelation) + sideDays);
  const variance = independent + surplus * weight;
  const degrees = degreesOf(dispersion, independent, weight);
  if (!(variance > 0)) return { pValue: difference === 0 ? 1 : 0, inflation: 1, difference, standardError: 0, degrees };
  const third =
    score.skewness * score.variance ** 1.5 * (1 / rows ** 2 - 1 / reference.rows ** 2) +
    (surplus === 0 ? 0 : dispersion.thirdMoment * thirds);
  const z = unskewed(difference / Math.sqrt(variance), third / variance ** 1.5);
  const unit = Math.sqrt(reference.variance > 0 ? reference.variance : score.variance);
  return {
    pValue: twoSidedTail(z, degrees),
    inflation: variance / independent,
    difference: difference / unit,
    standardError: Math.sqrt(variance) / unit,
    degrees,
  };
}

/** The normal z for a statistic that is skewed to its own side; towards the other side the normal tail is careful enough. */
function unskewed(z: number, skewness: number): number {
  if (z * skewness <= 0) return z;
  const a = Math.abs(skewness) / 6;
  const size = Math.abs(z);
  if (a < 1e-9 || size <= 1) return z;
  return (-1 + Math.sqrt(1 + 4 * a * (size + a))) / (2 * a);
}

/** Variance and skewness of a score over the rows of both sides together. */
export function scoreOf(values: Float64Array, ...sides: readonly Float64Array[]): RowScore {
  const count = (at: number): number => sides.reduce((sum, side) => sum + (side[at] as number), 0);
  let [rows, mean] = [0, 0];
  for (const [at, value] of values.entries()) {
    rows += count(at);
    mean += count(at) * value;
  }
  mean /= rows;
  let [second, third] = [0, 0];
  for (const [at, value] of values.entries()) {
    second += count(at) * (value - mean) ** 2;
    third += count(at) * (value - mean) ** 3;
  }
  const variance = second / rows;
  return { variance, skewness: variance > 0 ? third / rows / variance ** 1.5 : 0 };
}
