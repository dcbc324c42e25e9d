import { normalCdf, normalQuantile } from './normal.ts';

/**
 * Two-sided percentile interval, its tail levels widened for few blocks as Hesterberg (2015, "What Teachers Should Know About the Bootstrap")
 * proposes: the tail becomes Phi(-sqrt(B / (B - 1)) * t). Null when more than one replicate in twenty is not defined.
 */
export function percentileInterval(
  replicates: Float64Array,
  confidence: number,
  blocks: number,
): { readonly low: number; readonly high: number } | null {
  const sorted = replicates.filter(Number.isFinite).sort();
  if (blocks < 2 || sorted.length < 0.95 * replicates.length || sorted.length === 0) return null;
  const tail = widenedTail((1 - confidence) / 2, blocks);
  return { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
}

function widenedTail(tail: number, blocks: number): number {
  const z = -normalQuantile(tail);
  return normalCdf(-Math.sqrt(blocks / (blocks - 1)) * studentQuantile(z, blocks - 1));
}

/** Cornish-Fisher series of Student's quantile around the normal one (Abramowitz & Stegun 26.7.5): 1e-3 for nine degrees of freedom or more. */
function studentQuantile(z: number, degrees: number): number {
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / degrees + second / degrees ** 2 + third / degrees ** 3;
}

/** Linear interpolation between order statistics. */
function quantile(sorted: Float64Array, level: number): number {
  const at = level * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (at - below) * (high - low);
}
