import { PerennialError } from '../errors/error.ts';
import type { Interval } from '../evaluation/report.ts';
import type { Bets } from './bets.ts';

/**
 * Log of the evidence that the ratio of two rates is `allowed * ratio` rather than `allowed`. exp of it is a supermartingale while the true
 * ratio is on the harmless side of `allowed`, so by Ville's inequality it ever reaches T with a probability of at most 1 / T, however often
 * one looks. It is a sum over events: computed from counts it equals what a stream of single events would have given.
 */
export type LogEvidence = (allowed: number, ratio: number) => number;

/** Events of one canary share: how many of them fell on the canary. */
export interface EventCounts {
  readonly share: number;
  readonly canary: number;
  readonly stable: number;
}

/** Outcomes of requests that both versions answered. */
export interface PairCounts {
  readonly onlyCanary: number;
  readonly onlyStable: number;
  readonly both: number;
}

/**
 * Given an event, it fell on the canary with probability share * m / (1 - share + share * m) for a rate ratio m; the log-likelihood ratio of
 * m * r against m adds up over events and over shares. Conditional form of Lindon & Malek (arXiv 2011.03567).
 * @throws PRN-ROLLOUT-001 a share outside [0, 1], or counts that are none
 */
export function countEvidence(strata: readonly EventCounts[]): LogEvidence {
  strata.forEach(requirePossible);
  return (allowed, ratio) => {
    const logRatio = Math.log(ratio);
    let sum = 0;
    for (const { share, canary, stable } of strata) {
      const odds = share * allowed;
      sum += canary * logRatio - (canary + stable) * Math.log((1 - share + odds * ratio) / (1 - share + odds));
    }
    return sum;
  };
}

/**
 * Bets the fraction u = (r - 1) / (1 + m r) on each pair's X = [canary event] - m * [stable event], whose mean is at most 0 under a true
 * ratio of m: log(1 + u X) summed. For m = 1 it is the sequential McNemar test on the pairs that differ (`countEvidence` with share 1/2);
 * pairs in which both have the event are what makes a margin m > 1 mean the total rates.
 */
export function pairEvidence({ onlyCanary, onlyStable, both }: PairCounts): LogEvidence {
  requirePossible({ share: 0.5, canary: onlyCanary + both, stable: onlyStable + both });
  return (allowed, ratio) => {
    const stake = (ratio - 1) / (1 + allowed * ratio);
    return (
      times(onlyCanary, Math.log1p(stake)) +
      times(onlyStable, Math.log1p(-allowed * stake)) +
      times(both, Math.log1p((1 - allowed) * stake))
    );
  };
}

/** Evidence that the ratio lies above `allowed`: the weighted mean over the bets. Capped, so that it stays a JSON number. */
export function eValueAbove(evidence: LogEvidence, allowed: number, bets: Bets): number {
  return mixture(bets, (ratio) => evidence(allowed, ratio));
}

/** Evidence that the ratio lies below `allowed`. */
export function eValueBelow(evidence: LogEvidence, allowed: number, bets: Bets): number {
  return mixture(bets, (ratio) => evidence(allowed, 1 / ratio));
}

/**
 * All ratios against which neither side has evidence of `threshold`: an anytime-valid interval of confidence 1 - 2 / threshold.
 * Null while one end is still open.
 */
export function ratioInterval(evidence: LogEvidence, threshold: number, bets: Bets): Interval | null {
  if (threshold <= 2) return null;
  const enough = Math.log(threshold);
  const high = crossing((allowed) => enough - Math.log(eValueBelow(evidence, allowed, bets)));
  if (high === null) return null;
  const low = crossing((allowed) => Math.log(eValueAbove(evidence, allowed, bets)) - enough);
  return { low: low ?? 0, high, confidence: 1 - 2 / threshold };
}

const largest = 1e300;

/** Plain loops: simulations ask this millions of times. */
function mixture({ ratios, weights }: Bets, evidence: (ratio: number) => number): number {
  const logs: number[] = [];
  let top = Number.NEGATIVE_INFINITY;
  for (const ratio of ratios) {
    const log = evidence(ratio);
    logs.push(log);
    if (log > top) top = log;
  }
  if (top === Number.NEGATIVE_INFINITY) return 0;
  let sum = 0;
  for (let index = 0; index < logs.length; index += 1)
    sum += (weights[index] ?? 0) * Math.exp((logs[index] ?? Number.NEGATIVE_INFINITY) - top);
  return Math.min(largest, Math.exp(top + Math.log(sum)));
}

/**
 * Where a function that falls with log(allowed) reaches zero, between a thousandth and a thousand; null when it does not. Regula falsi in
 * the Illinois form: a look needs several of these, and bisection would take four times as long.
 */
function crossing(falling: (allowed: number) => number): number | null {
  let [low, high] = [Math.log(1e-3), Math.log(1e3)];
  let [above, below] = [falling(Math.exp(low)), falling(Math.exp(high))];
  if (above < 0 || below > 0) return null;
  let side = 0;
  for (let step = 0; step < 100 && high - low > 1e-10; step += 1) {
    const next = low + ((high - low) * above) / (above - below);
    const value = falling(Math.exp(next));
    if (Math.abs(value) < 1e-10) return Math.exp(next);
    if (value > 0) {
      [low, above] = [next, value];
      if (side > 0) below /= 2;
    } else {
      [high, below] = [next, value];
      if (side < 0) above /= 2;
    }
    side = Math.sign(value);
  }
  return Math.exp((low + high) / 2);
}

/** 0 * log(0) is 0 here: an outcome that never happened says nothing. */
function times(count: number, log: number): number {
  return count === 0 ? 0 : count * log;
}

function requirePossible({ share, canary, stable }: EventCounts): void {
  if (share >= 0 && share <= 1 && [canary, stable].every((count) => count >= 0 && Number.isFinite(count))) return;
  throw new PerennialError('PRN-ROLLOUT-001', {
    message: `A rollout counted ${canary} canary and ${stable} stable events at a canary share of ${share}.`,
  });
}
