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
  /** Sum over days of n times their squared mean influence, less what rows explain; and what a unit of day variance adds to it. */
  readonly excess: number;
  readonly room: number;
  /** Products of the effects of calendar neighbours, how many, and squares of all effects. */
  readonly products: number;
  readonly pairs: number;
  readonly squares: number;
}

/** How much days differ beyond their rows when nothing changes. */
export interface DayEffect {
  /** Variance of a day's own effect. */
  readonly variance: number;
  /** Correlation of the effects of neighbouring days, 0 to 0.8. */
  readonly correlation: number;
  /** What the days are worth as observations. */
  readonly degrees: number;
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
  const q = effects.reduce((sum, { rows: n, mean }) => sum + n * mean * mean, 0);
  return {
    value,
    rows,
    days: effects.map(({ day, rows: n }) => ({ day, rows: n })),
    rowVariance,
    excess: q - (filled.length - 1) * rowVariance,
    room: rows - effects.reduce((sum, { rows: n }) => sum + n * n, 0) / rows,
    ...neighbours(effects),
  };
}

/** One-way analysis of variance over the days of all spreads together; Bartlett: correlated days are worth fewer observations. */
export function dayEffect(spreads: readonly Spread[]): DayEffect {
  const sum = (of: (spread: Spread) => number): number => spreads.reduce((total, spread) => total + of(spread), 0);
  const correlation = correlationOf(
    sum(({ days }) => days.length),
    sum(({ products }) => products),
    sum(({ pairs }) => pairs),
    sum(({ squares }) => squares),
  );
  // Days that resemble each other differ less among themselves than from days far off.
  const room = sum((spread) => spread.room * among(spread.days, correlation));
  const free = sum(({ days }) => days.length - 1);
  return {
    variance: room > 0 ? Math.max(0, sum(({ excess }) => excess) / room) : 0,
    correlation,
    degrees: (free * (1 - correlation ** 2)) / (1 + correlation ** 2),
  };
}

function among(days: Spread['days'], correlation: number): number {
  return days.length < 2 ? 1 : (1 - clustering(days, correlation)) / (1 - clustering(days, 0));
}

/** Of the value of a spread. */
export function varianceOf({ rows, days }: Spread, rowVariance: number, { variance, correlation }: DayEffect): number {
  return rowVariance / rows + variance * clustering(days, correlation);
}

/** Sum over pairs of days of their shares and of the correlation of their effects: what a day's variance is multiplied with. */
export function clustering(days: Spread['days'], correlation: number): number {
  const total = days.reduce((sum, { rows }) => sum + rows, 0);
  let sum = 0;
  for (const a of days)
    for (const b of days) sum += a.rows * b.rows * (a === b ? 1 : correlation ** Math.abs(a.day - b.day));
  return sum / total ** 2;
}

function neighbours(effects: readonly { readonly day: number; readonly mean: number }[]) {
  const centre = effects.reduce((sum, { mean }) => sum + mean, 0) / effects.length;
  let [products, pairs, squares] = [0, 0, 0];
  effects.forEach(({ day, mean }, at) => {
    squares += (mean - centre) ** 2;
    const next = effects[at + 1];
    if (!next || next.day !== day + 1) return;
    products += (mean - centre) * (next.mean - centre);
    pairs += 1;
  });
  return { products, pairs, squares };
}

/** Lag one, freed of its bias towards -1 / days (Kendall 1954), never negative. */
function correlationOf(days: number, products: number, pairs: number, squares: number): number {
  if (days < 6 || pairs < 4 || squares === 0) return 0;
  const raw = (products / pairs) * (days / squares);
  return Math.min(0.8, Math.max(0, (days * raw + 1) / (days - 4)));
}
