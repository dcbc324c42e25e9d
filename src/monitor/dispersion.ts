import type { DayVariation } from './day-variation.ts';
import { moderate } from './moderate.ts';

/** Days in a window and their rows. */
export interface WindowDay {
  readonly day: number;
  readonly rows: number;
}

/** What a test must know of a column's days to take them, and not only their rows, for random. */
export interface Dispersion {
  /** Variance between days over the variance of one row; 0 where rows are independent. */
  readonly surplus: number;
  /** Days differ beyond chance (one-sided 1 %). */
  readonly certain: boolean;
  /** The same with weekdays' differences left in. */
  readonly rawSurplus: number;
  /** Of Student's distribution. */
  readonly degrees: number;
  readonly autocorrelation: number;
  readonly thirdMoment: number;
  readonly weekdays: DayVariation['weekdays'];
  /** dayWeight of the reference's own days. */
  readonly referenceWeight: number;
}

/** Rows are independent as far as is known. */
export const independentRows: Dispersion = {
  surplus: 0,
  certain: false,
  rawSurplus: 0,
  degrees: Number.POSITIVE_INFINITY,
  autocorrelation: 0,
  thirdMoment: 0,
  weekdays: null,
  referenceWeight: 0,
};

/** @param days of the reference, for each column's variation */
export function dispersions(variations: readonly (DayVariation | null)[], days: readonly WindowDay[]): Dispersion[] {
  const ratios = moderate(variations);
  return variations.map((variation, at) => {
    const ratio = ratios[at];
    if (variation === null || !ratio) return independentRows;
    const { rowsPerDay, autocorrelation, thirdMoment, weekdays, certain } = variation;
    const referenceWeight = dayWeight(days, autocorrelation);
    // The reference's mean follows its own days, the more so the longer they go together.
    const seen = Math.max(0.2, 1 - referenceWeight);
    const over = (value: number): number => Math.max(0, value - 1) / rowsPerDay / seen;
    return {
      surplus: over(ratio.ratio),
      certain,
      rawSurplus: over(Math.max(ratio.ratio, variation.rawRatio)),
      degrees: ratio.degrees,
      autocorrelation,
      thirdMoment,
      weekdays,
      referenceWeight,
    };
  });
}

/** Variance of a window's mean in units of the variance between days: 1 / days where all have as many rows and nothing in common. */
export function dayWeight(days: readonly WindowDay[], autocorrelation: number): number {
  const total = days.reduce((sum, { rows }) => sum + rows, 0);
  if (total === 0) return 0;
  let weight = 0;
  for (const [at, one] of days.entries()) {
    weight += (one.rows / total) ** 2;
    if (autocorrelation === 0) continue;
    for (const other of days.slice(at + 1)) {
      const common = autocorrelation ** Math.abs(other.day - one.day);
      if (common < 1e-4) break;
      weight += (2 * common * one.rows * other.rows) / total ** 2;
    }
  }
  return weight;
}
