import type { Stretch } from './stretch.ts';

/** What days of the reference and days watched say together of how days differ when nothing changes. */
export interface PooledDays {
  /** Variance between days over the variance of one row; 0 where rows are independent. */
  readonly surplus: number;
  /** Standard error of the surplus. */
  readonly surplusError: number;
  /** Days differ beyond chance (one-sided 1 %). */
  readonly certain: boolean;
  /** Of one day's surplus with the next one's, 0 to 0.8: the days of one reference say nothing of longer memory. */
  readonly autocorrelation: number;
}

/** What is taken for the memory of days that differ too little to show one. */
export interface UnknownMemory {
  readonly assumed: number;
  /** Standard errors of the surplus from which on days are asked: later misses more of what lasts, earlier asks more days that do not differ at all. */
  readonly askedFrom: number;
}

/** From here on chance (one-sided 1 %) does not explain what days differ by, in standard errors. */
const beyondChance = 2.33;
export const independentUnlessShown: UnknownMemory = { assumed: 0, askedFrom: 1.4 };
const longestMemory = 0.8;
/** The weights of stretches depend on what they say together. */
const rounds = 3;
/** Correlated days are never taken for fewer than a fifth of them. */
const leastIndependent = 1 / 5;

/**
 * Pools stretches of days, each around its own mean, so that a shift between two of them says nothing. Each counts by what it knows: few rows a
 * day hide how much days differ, so that a reference of small days is corrected by larger ones that were watched since.
 * @param dimensions that each stretch's ratio is averaged over
 */
export function poolDays(
  stretches: readonly Stretch[],
  dimensions: number,
  { assumed, askedFrom }: UnknownMemory = independentUnlessShown,
): PooledDays {
  const known = stretches.filter(({ degrees, rowsPerDay }) => degrees > 0 && rowsPerDay > 0);
  if (known.length === 0) return { surplus: 0, surplusError: 0, certain: false, autocorrelation: assumed };
  let start = surplusOf(known, 0, 0);
  for (let round = 0; round < rounds; round += 1) start = surplusOf(known, start.surplus, 0);
  const sigmas = (start.surplus * Math.sqrt(dimensions)) / start.surplusError;
  const memory =
    sigmas > askedFrom ? memoryOf(known, start.surplus, dimensions) : { likely: assumed, highest: assumed };
  const found = memory.highest > 0 ? surplusOf(known, start.surplus, memory.highest, memory.likely) : start;
  return { ...found, certain: sigmas > beyondChance, autocorrelation: memory.highest };
}

/**
 * Mean of the stretches' own estimates, each weighted by the inverse of its variance at the surplus `before`.
 * @param likely memory by which days count as fewer observations: being careful twice would find nothing
 */
function surplusOf(
  stretches: readonly Stretch[],
  before: number,
  memory: number,
  likely = memory,
): Pick<PooledDays, 'surplus' | 'surplusError'> {
  let [sum, weights] = [0, 0];
  for (const { days, ratio, degrees, rowsPerDay } of stretches) {
    // Days that go together differ less among themselves than from days far off.
    const unit = (rowsPerDay * (1 - evenWeight(days, memory))) / (1 - 1 / days);
    const expected = 1 + before * unit;
    const weight = (degrees * independentShare(likely) * unit ** 2) / (2 * expected ** 2);
    sum += (weight * (ratio - 1)) / unit;
    weights += weight;
  }
  return { surplus: Math.max(0, sum / weights), surplusError: 1 / Math.sqrt(weights) };
}

/** Bartlett (1946): what correlated days are worth as observations of a variance. */
export function independentShare(memory: number): number {
  return Math.max(leastIndependent, (1 - memory ** 2) / (1 + memory ** 2));
}

/**
 * Lag-one correlation of what days have beyond their rows' chance, freed of its bias of (1 + 3 r) / days (Kendall 1954), and its upper bound
 * (one-sided 95 %).
 */
function memoryOf(
  stretches: readonly Stretch[],
  surplus: number,
  dimensions: number,
): { readonly likely: number; readonly highest: number } {
  let [covariance, bias, weights, pairs] = [0, 0, 0, 0];
  for (const stretch of stretches) {
    if (stretch.pairs < 5) continue;
    const variance = surplus + 1 / stretch.rowsPerDay;
    const weight = stretch.pairs / variance ** 2;
    covariance += weight * (stretch.product + variance / stretch.days);
    bias += (weight * 3) / stretch.days;
    weights += weight;
    pairs += stretch.pairs;
  }
  if (pairs === 0) return { likely: 0, highest: 0 };
  const unbiased = (product: number): number => {
    const correlation = Math.min(1, Math.max(0, product / surplus));
    return Math.min(longestMemory, correlation * (1 + bias / weights));
  };
  const likely = covariance / weights;
  return { likely: unbiased(likely), highest: unbiased(likely + 1.64 / Math.sqrt(weights * dimensions)) };
}

/** Variance of the mean of so many days of one size, in units of the variance between days. */
export function evenWeight(days: number, memory: number): number {
  const apart = 1 - memory;
  return ((1 + memory) / apart - (2 * memory * (1 - memory ** days)) / (days * apart ** 2)) / days;
}
