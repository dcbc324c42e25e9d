import type { Statistic } from './statistic.ts';
import { merge, plus, type ScoreCells, type Totals } from './totals.ts';

/** A statistic on the reference, with how it differs between rows and between days. */
export interface Baseline {
  readonly value: number;
  readonly rows: number;
  readonly days: number;
  /** Variance of one row's influence. */
  readonly rowVariance: number;
  /** Variance of a day's own effect, beyond what its rows explain. */
  readonly dayVariance: number;
  /** Correlation of the effects of neighbouring days, 0 to 0.8. */
  readonly correlation: number;
  /** Variance of `value` itself. */
  readonly variance: number;
  /** Degrees of freedom of all these variances: what the number of days is worth. */
  readonly degrees: number;
}

interface Day extends Totals {
  readonly day: number;
}

/**
 * Learns from the reference's own days how much a window differs from the reference when nothing has changed. A day's influence is what the
 * statistic loses without it; Q = sum(U^2 / n) over days splits into rows and days as in a one-way analysis of variance. Null with fewer than
 * three days, or where the statistic is not defined: then nothing can be decided.
 */
export function baselineOf(cells: ScoreCells, statistic: Statistic, days: readonly Day[]): Baseline | null {
  const filled = days.filter((day) => statistic.rows(day) > 0);
  const whole = merge(cells, filled);
  const value = statistic.value(whole);
  const rowVariance = statistic.rowVariance(whole);
  if (filled.length < 3 || !Number.isFinite(value) || !Number.isFinite(rowVariance)) return null;
  const rows = statistic.rows(whole);
  const effects = filled.map((day) => {
    const n = statistic.rows(day);
    const influence = (value - statistic.value(plus(whole, day, -1))) * (rows - n);
    return { day: day.day, n, mean: Number.isFinite(influence) ? influence / n : 0 };
  });
  const q = effects.reduce((sum, { n, mean }) => sum + n * mean * mean, 0);
  const room = rows - effects.reduce((sum, { n }) => sum + n * n, 0) / rows;
  const dayVariance = Math.max(0, (q - (filled.length - 1) * rowVariance) / room);
  const correlation = neighbours(effects);
  const clusters = effects.map(({ day, n }) => ({ day, rows: n }));
  return {
    value,
    rows,
    days: filled.length,
    rowVariance,
    dayVariance,
    correlation,
    variance: rowVariance / rows + dayVariance * clustering(clusters, correlation),
    // Bartlett: squares of a first-order autoregression are worth fewer observations.
    degrees: ((filled.length - 1) * (1 - correlation ** 2)) / (1 + correlation ** 2),
  };
}

/** Sum over pairs of days of their shares and of the correlation of their effects: what a day's variance is multiplied with. */
export function clustering(
  days: readonly { readonly day: number; readonly rows: number }[],
  correlation: number,
): number {
  const total = days.reduce((sum, { rows }) => sum + rows, 0);
  let sum = 0;
  for (const a of days)
    for (const b of days) sum += a.rows * b.rows * (a === b ? 1 : correlation ** Math.abs(a.day - b.day));
  return sum / total ** 2;
}

/** Lag-one autocorrelation over calendar neighbours, freed of its bias towards -1/D (Kendall 1954), never negative. */
function neighbours(effects: readonly { readonly day: number; readonly mean: number }[]): number {
  const D = effects.length;
  if (D < 6) return 0;
  const centre = effects.reduce((sum, { mean }) => sum + mean, 0) / D;
  let [products, pairs] = [0, 0];
  effects.forEach(({ day, mean }, at) => {
    const next = effects[at + 1];
    if (!next || next.day !== day + 1) return;
    products += (mean - centre) * (next.mean - centre);
    pairs += 1;
  });
  const variance = effects.reduce((sum, { mean }) => sum + (mean - centre) ** 2, 0) / D;
  if (pairs < 4 || variance === 0) return 0;
  const raw = products / pairs / variance;
  return Math.min(0.8, Math.max(0, (D * raw + 1) / (D - 4)));
}
