import { normalCdf } from '../evaluation/normal.ts';
import type { Interval } from '../evaluation/report.ts';
import type { Moments } from './report.ts';

/** Difference of two means (canary minus stable), of log latencies or of scores, and the variance of that difference. */
export interface Shift {
  readonly difference: number;
  readonly variance: number;
}

/** The normal approximation of the means is not trusted below this many canary answers. */
export const minimumValues = 50;

/**
 * One-sided mixture sequential probability ratio test (Johari et al., KDD 2017): with V the variance of d and Q = V + tau^2,
 * E = 2 sqrt(V / Q) exp(tau^2 d^2 / (2 V Q)) Phi(d tau / sqrt(V Q)), d being the shift beyond the margin. Valid at any time up to the
 * normal approximation of the means. The variance of identical values is taken as tiny, not as zero.
 * @param margin allowed shift: log(1 + worseBy) of log latencies, a multiple of the standard deviation of scores
 */
export function shiftAbove({ difference, variance }: Shift, margin: number): number {
  const tau = mixtureWidth(margin);
  const v = Math.max(variance, 1e-12);
  const q = v + tau * tau;
  const z = ((difference - margin) * tau) / Math.sqrt(v * q);
  return Math.exp(Math.min(690, Math.LN2 + Math.log(v / q) / 2 + logPhiOverDensity(z)));
}

/** The same against a shift below `margin`. */
export function shiftBelow({ difference, variance }: Shift, margin: number): number {
  return shiftAbove({ difference: -difference, variance }, -margin);
}

/** Shifts that the test would not reject: those at which the e-value stays below `threshold`, to both sides. */
export function shiftInterval({ difference, variance }: Shift, margin: number, threshold: number): Interval | null {
  if (threshold <= 2) return null;
  let low = 0;
  let high = 100;
  for (let step = 0; step < 45; step += 1) {
    const middle = (low + high) / 2;
    if (shiftAbove({ difference: middle + margin, variance }, margin) < threshold) low = middle;
    else high = middle;
  }
  return { low: difference - high, high: difference + high, confidence: 1 - 2 / threshold };
}

/**
 * Compares within each canary share, so that a slow hour with little canary traffic does not look like a slow canary; shares are weighted by
 * their precision under one variance per arm. Null before both arms have a variance.
 */
export function stratifiedShift(
  strata: readonly { readonly stable: Moments; readonly canary: Moments }[],
): Shift | null {
  const both = strata.filter(({ stable, canary }) => stable.n > 0 && canary.n > 0);
  const [stableVariance, canaryVariance] = [within(both.map((s) => s.stable)), within(both.map((s) => s.canary))];
  if (stableVariance === null || canaryVariance === null) return null;
  let [precision, weighted] = [0, 0];
  for (const { stable, canary } of both) {
    const weight = 1 / Math.max(1e-12, stableVariance / stable.n + canaryVariance / canary.n);
    precision += weight;
    weighted += weight * (canary.mean - stable.mean);
  }
  return { difference: weighted / precision, variance: 1 / precision };
}

/** Of latencies measured on the same requests. */
export function pairedShift({ n, mean, variance }: Moments): Shift | null {
  return n < 2 ? null : { difference: mean, variance: variance / n };
}

/** The smallest change that matters: the margin, but not less than 5 %. */
function mixtureWidth(margin: number): number {
  return Math.max(0.05, margin);
}

/** log(exp(z^2 / 2) * Phi(z)) without overflow; the tail by Mills' ratio. */
function logPhiOverDensity(z: number): number {
  if (z < -30) return -Math.log(-z * Math.sqrt(2 * Math.PI));
  return (z * z) / 2 + Math.log(normalCdf(z));
}

function within(arms: readonly Moments[]): number | null {
  const degrees = arms.reduce((sum, { n }) => sum + Math.max(0, n - 1), 0);
  if (degrees === 0) return null;
  return arms.reduce((sum, { n, variance }) => sum + Math.max(0, n - 1) * variance, 0) / degrees;
}
