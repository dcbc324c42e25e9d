import type { NumericProfile } from './profile.ts';
import { quickQuantile } from './quick-quantile.ts';

/** Counts in order of value, the infinite ones at the ends: what rank statistics look at. */
export function orderedCounts({ bins, negativeInfinite, positiveInfinite }: NumericProfile): Float64Array {
  const counts = new Float64Array(bins.length + 2);
  counts[0] = negativeInfinite;
  counts.set(bins, 1);
  counts[bins.length + 1] = positiveInfinite;
  return counts;
}

/** Mid-rank of each cell, 0 to 1, among the rows counted; values of one cell are ties. */
export function midRanks(counts: Float64Array): Float64Array {
  let total = 0;
  for (const count of counts) total += count;
  const ranks = new Float64Array(counts.length);
  let below = 0;
  for (const [at, count] of counts.entries()) {
    ranks[at] = total === 0 ? 0.5 : (below + count / 2) / total;
    below += count;
  }
  return ranks;
}

/**
 * Normal score of each cell, 0 on average over the rows counted: the mean of the normal quantile over the ranks of the cell (van der Waerden
 * scores with ties averaged). Cells without rows get the quantile of their place, at most that of half a row from the end.
 */
export function normalScores(counts: Float64Array): Float64Array {
  let total = 0;
  for (const count of counts) total += count;
  const scores = new Float64Array(counts.length);
  let below = 0;
  let [quantile, density] = [Number.NEGATIVE_INFINITY, 0];
  for (const [at, count] of counts.entries()) {
    if (total === 0) continue;
    if (count === 0) {
      scores[at] = quickQuantile(Math.min(1 - 0.5 / total, Math.max(0.5 / total, below / total)));
      continue;
    }
    const before = density;
    below += count;
    quantile = below >= total ? Number.POSITIVE_INFINITY : quickQuantile(below / total);
    density = Number.isFinite(quantile) ? Math.exp((-quantile * quantile) / 2) / Math.sqrt(2 * Math.PI) : 0;
    scores[at] = ((before - density) * total) / count;
  }
  return scores;
}

/** Mean of a cell's value over the rows of `counts`; null for no rows. */
export function meanOver(counts: Float64Array, values: Float64Array): number | null {
  let [rows, sum] = [0, 0];
  for (const [at, count] of counts.entries()) {
    rows += count;
    sum += count * (values[at] as number);
  }
  return rows === 0 ? null : sum / rows;
}
