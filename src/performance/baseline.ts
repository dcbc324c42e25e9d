import { poolDays, type UnknownMemory } from '../monitor/pool-days.ts';
import { type Stretch, stretchesOf } from '../monitor/stretch.ts';
import type { Statistic } from './statistic.ts';
import { merge, plus, type ScoreCells, type Totals } from './totals.ts';

export interface Day extends Totals {
  readonly day: number;
}

/** A statistic over some days, with what its rows and days say about chance. */
export interface Spread {
  readonly value: number;
  readonly rows: number;
  readonly days: readonly { readonly day: number; readonly rows: number }[];
  /** Variance of one row's influence. */
  readonly rowVariance: number;
  /** How the days' influences differ, in the unit of the statistic: what counts as rows is the precision of a day. Null for fewer than two days. */
  readonly stretch: Stretch | null;
}

/** How much days differ beyond their rows when nothing changes. */
export interface DayEffect {
  /** Variance of a day's own effect, and the standard error of that. */
  readonly variance: number;
  readonly error: number;
  /** Correlation of the effects of neighbouring days, 0 to 0.8. */
  readonly correlation: number;
}

/** Fewer days say nothing about days. */
export const fewestDays = 3;

/**
 * A day's influence is what the statistic loses without it. Null where the statistic is not defined or there are no rows.
 */
export function spreadOf(cells: ScoreCells, statistic: Statistic, days: readonly Day[]): Spread | null {
  const filled = days.filter((day) => statistic.rows(day) > 0);
  const whole = merge(cells, filled);
  const [value, rowVariance, rows] = [statistic.value(whole), statistic.rowVariance(whole), statistic.rows(whole)];
  if (filled.length === 0 || !Number.isFinite(value) || !Number.isFinite(rowVariance)) return null;
  const effects = filled.map((day) => {
    const n = statistic.rows(day);
    const influence = filled.length > 1 ? (value - statistic.value(plus(whole, day, -1))) * (rows - n) : 0;
    return { day: day.day, rows: n, mean: Number.isFinite(influence) ? influence / n : 0 };
  });
  return {
    value,
    rows,
    days: effects.map(({ day, rows: n }) => ({ day, rows: n })),
    rowVariance,
    stretch: stretchOf(effects, rowVariance),
  };
}

function stretchOf(
  effects: readonly { readonly day: number; readonly rows: number; readonly mean: number }[],
  rowVariance: number,
): Stretch | null {
  if (!(rowVariance > 0)) return null;
  const values = effects.map(({ day, rows, mean }) => ({ day, rows: rows / rowVariance, values: [mean] }));
  return stretchesOf(values, 1)(0, values.length - 1);
}

/**
 * One-way analysis of variance over the days of all spreads together, each around its own value. A dozen days cannot show how long their
 * differences last: until they do, a little is assumed.
 */
export function dayEffect(spreads: readonly (Spread | null)[]): DayEffect {
  const stretches = spreads.flatMap((spread) => spread?.stretch ?? []);
  const { surplus, surplusError, autocorrelation } = poolDays(stretches, 1, unknownMemory);
  return { variance: surplus, error: surplusError, correlation: autocorrelation };
}

/**
 * More, or earlier, would cost the power to find what a dozen independent days do show; less, or later, calls lucky fortnights of days that
 * resemble each other a change.
 */
const unknownMemory: UnknownMemory = { assumed: 0.25, askedFrom: 0.8 };

/** Degrees of freedom of a variance whose part from days is estimated (Satterthwaite 1946). */
export function degreesOf(variance: number, { error }: DayEffect, weight: number): number {
  return error === 0 || weight === 0 ? Number.POSITIVE_INFINITY : Math.max(1, 2 * (variance / (error * weight)) ** 2);
}

/** Sum over pairs of days of their shares and of the correlation of their effects: what a day's variance is multiplied with. */
export function clustering(days: Spread['days'], correlation: number): number {
  const total = days.reduce((sum, { rows }) => sum + rows, 0);
  let sum = 0;
  for (const a of days)
    for (const b of days) sum += a.rows * b.rows * (a === b ? 1 : correlation ** Math.abs(a.day - b.day));
  return sum / total ** 2;
}
