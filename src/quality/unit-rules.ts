import { short } from '../drift/measured-column.ts';
import type { NumericAt } from './column-at.ts';
import type { ColumnFault } from './fault.ts';

type Interval = readonly [number, number];

/** now = factor × before + offset */
interface Unit {
  readonly factor: number;
  readonly offset: number;
  readonly says: string;
  /** What the reference must hold for the conversion to make sense. */
  readonly from?: Interval;
}

/**
 * Another unit: the day's mean or spread is impossible for the reference's days, and undoing one well-known conversion makes both possible.
 * A conversion counts only where the intervals of means (or of spreads) before and after it lie apart, or the pattern of decimals changed
 * with it: a warm May is no change from Celsius to Fahrenheit.
 */
export function changedUnit(at: NumericAt): ColumnFault[] {
  const { now, daily, finite } = at;
  if (!daily || daily.days < 5 || finite < 50 || now.mean === null || now.min === null) return [];
  const day = { mean: now.mean, sd: Math.sqrt(now.m2 / finite) };
  const means = widen(daily.mean, 0.25);
  const spreads: Interval = [daily.sd[0] / 1.5, daily.sd[1] * 1.5];
  if (inside(day.mean, means) && inside(day.sd, spreads)) return [];
  // Narrower than what speaks against no conversion at all: between both lies the unusual day.
  const meant = widen(daily.mean, 0.1);
  const found = units
    .filter((unit) => fits(at, day, unit, meant, spreads) && isApart(at, day, unit, decimalsMoved(at)))
    .sort((a, b) => offCentre(day.mean, a, daily.mean) - offCentre(day.mean, b, daily.mean))[0];
  if (found === undefined) return [];
  const says = `mean ${short(now.mean)}, from ${short(daily.mean[0])} to ${short(daily.mean[1])} on the reference’s days: ${found.says}?`;
  return [{ code: 'changed-unit', severity: 'critical', size: 1, says }];
}

const factors: readonly (readonly [number, string])[] = [
  [1e3, '1,000'],
  [1e6, '1,000,000'],
  [1e9, '1,000,000,000'],
  [100, '100'],
  [10, '10'],
  [60, '60 (minutes, seconds)'],
  [3600, '3,600 (hours, seconds)'],
  [24, '24 (days, hours)'],
  [86_400, '86,400 (days, seconds)'],
  [1.609344, '1.609 (miles, kilometres)'],
  [1609.344, '1,609 (miles, metres)'],
  [3.28084, '3.281 (metres, feet)'],
  [2.54, '2.54 (inches, centimetres)'],
  [25.4, '25.4 (inches, millimetres)'],
  [2.20462, '2.205 (kilograms, pounds)'],
  [28.3495, '28.35 (ounces, grams)'],
  [3.6, '3.6 (metres a second, kilometres an hour)'],
  [2.23694, '2.237 (metres a second, miles an hour)'],
  [1.15078, '1.151 (knots, miles an hour)'],
  [1.852, '1.852 (knots, kilometres an hour)'],
  [33.8639, '33.86 (inches of mercury, hectopascals)'],
  [4.18, '4.18 (calories, joules)'],
  [3.78541, '3.785 (gallons, litres)'],
];

const units: readonly Unit[] = [
  ...factors.flatMap(([factor, words]): Unit[] => [
    { factor, offset: 0, says: `multiplied by ${words}` },
    { factor: 1 / factor, offset: 0, says: `divided by ${words}` },
  ]),
  { factor: 1.8, offset: 32, says: 'Fahrenheit instead of Celsius' },
  { factor: 1 / 1.8, offset: -32 / 1.8, says: 'Celsius instead of Fahrenheit' },
  { factor: 1, offset: 273.15, says: 'kelvin instead of Celsius', from: [-90, 100] },
  { factor: 1, offset: -273.15, says: 'Celsius instead of kelvin', from: [180, 380] },
];

const inside = (value: number, [low, high]: Interval): boolean => value >= low && value <= high;

function widen([low, high]: Interval, by: number): Interval {
  const slack = by * (high - low) + 0.01 * Math.max(Math.abs(low), Math.abs(high));
  return [low - slack, high + slack];
}

/** Whether the day is possible once the conversion is undone: mean, spread, smallest and largest. */
function fits(
  { now, was }: NumericAt,
  day: { readonly mean: number; readonly sd: number },
  unit: Unit,
  means: Interval,
  spreads: Interval,
): boolean {
  const { factor, offset } = unit;
  const back = (value: number) => (value - offset) / factor;
  const extremes = widen([was.min ?? 0, was.max ?? 0], 0.25);
  return (
    isPossible(unit, { now, was }) &&
    inside(back(day.mean), means) &&
    inside(day.sd / factor, spreads) &&
    inside(back(now.min ?? 0), extremes) &&
    inside(back(now.max ?? 0), extremes)
  );
}

/** Whole numbers stay whole only where they are multiplied by whole numbers. */
function isPossible({ factor, offset, from }: Unit, { now, was }: Pick<NumericAt, 'now' | 'was'>): boolean {
  const wholeBefore = was.integers === was.present;
  const wholeNow = now.integers === now.present;
  const keepsWhole = Number.isInteger(factor) && Number.isInteger(offset);
  const makesSense = from === undefined || ((was.min ?? 0) >= from[0] && (was.max ?? 0) <= from[1]);
  return makesSense && (!wholeBefore || !wholeNow || keepsWhole || factor < 0.1);
}

/** Whether what the reference's days could be and what they would be in the other unit lie apart, on the side on which the day is impossible. */
function isApart(
  { now, was, daily }: NumericAt,
  day: { readonly mean: number; readonly sd: number },
  { factor, offset }: Unit,
  decimalsMoved: boolean,
): boolean {
  if (!daily) return false;
  const { mean: means, sd: spreads } = daily;
  const meanGap = inside(day.mean, widen(means, 0.25))
    ? 0
    : gapOf(means, [means[0] * factor + offset, means[1] * factor + offset]);
  if (meanGap >= 1 || (meanGap > 0 && decimalsMoved)) return true;
  // Around zero only the spread tells; and a calm or a stormy day is nothing but that.
  const extremes = widen([was.min ?? 0, was.max ?? 0], 1);
  const farOut = !inside(now.min ?? 0, extremes) || !inside(now.max ?? 0, extremes);
  const shrunk = day.sd > 0 && day.sd < spreads[0] / 10;
  return (farOut || shrunk) && gapOf(spreads, [spreads[0] * factor, spreads[1] * factor]) >= 1;
}

/** Distance between two intervals in widths of the first; 0 where they touch. */
function gapOf([low, high]: Interval, [from, to]: Interval): number {
  const gap = Math.max(from - high, low - to);
  return gap <= 0 ? 0 : gap / Math.max(high - low, Number.MIN_VALUE);
}

/** The share of round numbers is one that no day of the reference comes near to. */
function decimalsMoved({ now, daily, finite, was, finiteBefore }: NumericAt): boolean {
  const multiples = now.facts?.multiples;
  if (!multiples || !daily) return false;
  const rounder = multiples.some((rows, step) => rows / finite > (daily.multiples[step] ?? 1) + 0.25);
  return rounder || (was.integers === finiteBefore && now.integers < 0.5 * finite);
}

function offCentre(mean: number, { factor, offset }: Unit, [low, high]: Interval): number {
  return Math.abs((mean - offset) / factor - (low + high) / 2);
}
