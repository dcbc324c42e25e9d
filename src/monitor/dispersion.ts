import type { DayVariation } from './day-variation.ts';
import { moderate } from './moderate.ts';
import { evenWeight, independentShare, independentUnlessShown, type PooledDays, poolDays } from './pool-days.ts';
import type { Stretch } from './stretch.ts';

/** Days in a window and their rows. */
export interface WindowDay {
  readonly day: number;
  readonly rows: number;
}

/** What a test must know of a column's days to take them, and not only their rows, for random. */
export interface Dispersion extends PooledDays {
  /** The surplus with weekdays' differences left in. */
  readonly rawSurplus: number;
  /** Third central moment of days' own means. */
  readonly thirdMoment: number;
  readonly weekdays: DayVariation['weekdays'];
  /** dayWeight of the reference's own days. */
  readonly referenceWeight: number;
}

/** Rows are independent as far as is known. */
export const independentRows: Dispersion = {
  surplus: 0,
  surplusError: 0,
  certain: false,
  rawSurplus: 0,
  autocorrelation: 0,
  thirdMoment: 0,
  weekdays: null,
  referenceWeight: 0,
};

/** What a column's days of the reference say; with days watched since it becomes a dispersion. */
export interface LearntDays {
  /** Null where the reference says nothing of days. */
  readonly variation: DayVariation | null;
  /** As many days of one size would tell as much of their mean. */
  readonly evenDays: number;
}

/**
 * What columns have learned from one another of how much their days differ.
 * @param days of the reference, for each column's variation
 */
export function learntDays(variations: readonly (DayVariation | null)[], days: readonly WindowDay[]): LearntDays[] {
  const shares = variations.map((one) =>
    one === null ? 1 : independentShare(poolDays([one.stretch], one.dimensions).autocorrelation),
  );
  const ratios = moderate(
    variations.map(
      (one, at) => one && { ratio: one.stretch.ratio, degrees: one.stretch.degrees * (shares[at] as number) },
    ),
  );
  const evenDays = 1 / dayWeight(days, 0);
  return variations.map((variation, at) => {
    const known = ratios[at];
    if (variation === null || !known) return { variation: null, evenDays };
    const { ratio, degrees: own } = variation.stretch;
    // A column that differs more than the others stands for itself, and is known by its own days only.
    const degrees = known.ratio > ratio ? known.degrees / (shares[at] as number) : own;
    const stretch = { ...variation.stretch, ratio: known.ratio, degrees };
    return { variation: { ...variation, stretch }, evenDays };
  });
}

/**
 * How days of a column differ, by those of the reference and by stretches of days watched since, each around its own mean.
 * @param assumedMemory correlation of neighbouring days where these differ too little to show one
 */
export function dispersionOf(
  { variation, evenDays }: LearntDays,
  watched: readonly (Stretch | null)[],
  assumedMemory = 0,
): Dispersion {
  if (variation === null) return independentRows;
  const { stretch, dimensions, rawRatio, thirdMoment, weekdays } = variation;
  const since = watched.filter((one): one is Stretch => one !== null);
  const pooled = poolDays([stretch, ...since], dimensions, { ...independentUnlessShown, assumed: assumedMemory });
  return {
    ...pooled,
    rawSurplus: pooled.surplus + Math.max(0, rawRatio - stretch.ratio) / stretch.rowsPerDay,
    // Of what the reference's days differ by, the part that is not their rows' chance: chance is not skewed.
    thirdMoment: thirdMoment * Math.min(1, (pooled.surplus * stretch.rowsPerDay) / stretch.ratio),
    weekdays,
    referenceWeight: evenWeight(evenDays, pooled.autocorrelation),
  };
}

/**
 * Degrees of freedom of a variance made of a part that is known and of the days' surplus times `weight`, which is estimated (Satterthwaite
 * 1946): none are missing where days count for little.
 */
export function degreesOf({ surplus, surplusError }: Dispersion, known: number, weight: number): number {
  if (surplusError === 0 || weight === 0) return Number.POSITIVE_INFINITY;
  return Math.max(1, 2 * ((known + surplus * weight) / (surplusError * weight)) ** 2);
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
