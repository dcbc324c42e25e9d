/** A variance ratio above which chance does not go in 99 of 100 cases, for so many degrees of freedom (Wilson & Hilferty 1931). */
export function chanceRatio(degrees: number): number {
  const part = 2 / (9 * degrees);
  return (1 - part + 2.326 * Math.sqrt(part)) ** 3;
}

/** The days of one reference say nothing of longer memory. */
const longest = 0.8;

/**
 * Upper bound (one-sided 90 %) of the lag-one correlation of what days have beyond their rows' chance, bias (1 + 3 r) / days of the estimate
 * (Kendall 1954) included. Asked only where days differ beyond chance: else there is nothing that could go on.
 */
export function memoryOf(of: {
  /** Of each day's mean with the next one's; with several dimensions summed over them. */
  readonly products: readonly number[];
  /** Of days' means, summed over the dimensions. */
  readonly variance: number;
  /** What that variance has beyond the one of independent rows. */
  readonly surplus: number;
  readonly dimensions: number;
  readonly days: number;
}): number {
  const { products, variance, surplus, dimensions, days } = of;
  if (products.length < 5) return 0;
  const covariance = products.reduce((sum, product) => sum + product, 0) / products.length;
  const highest = covariance + (1.28 * variance) / Math.sqrt(products.length * dimensions);
  const correlation = Math.min(1, Math.max(0, highest / surplus));
  return Math.min(longest, correlation + (1 + 3 * correlation) / days);
}
