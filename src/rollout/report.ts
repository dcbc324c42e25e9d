import type { Interval, Verdict } from '../evaluation/report.ts';
import type { RolloutGate } from '../plan/schema.ts';

/** Of a sample: count, mean, and variance around the mean (n - 1). */
export interface Moments {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
}

/** What one arm did at one canary share; labels count when they have arrived. */
export interface ArmTally {
  readonly requests: number;
  readonly errors: number;
  /** Slower than the stable version's p95 in this rollout: taken from its first answers and kept, or the events would move under the test. */
  readonly slow: number;
  readonly labelled: number;
  readonly wrong: number;
  readonly predictedPositive: number;
  /** Of labelled answers, two classes only. */
  readonly truePositive: number;
  readonly falsePositive: number;
  readonly falseNegative: number;
  /** Scores outside of what the gate calls possible. */
  readonly outOfRange: number;
  /**
   * Of ln(1 + latency in ms) over successful answers: the millisecond stands for what a caller waits besides, so that microseconds of a few trees
   * more are no manifold of anything.
   */
  readonly logLatency: Moments;
  /** Of the score over successful answers. */
  readonly score: Moments;
  /** Of |score - label| over labelled answers of a regression. */
  readonly absoluteError: Moments;
}

/** How often an event fell on one answer of a pair, or on both. */
export interface PairTally {
  readonly onlyStable: number;
  readonly onlyShadow: number;
  readonly both: number;
}

/** Requests that both versions answered: one was live, the other saw a copy. */
export interface PairedTally {
  readonly pairs: number;
  readonly stableErrors: number;
  readonly shadowErrors: number;
  readonly labelled: number;
  readonly onlyStableWrong: number;
  readonly onlyShadowWrong: number;
  /** Pairs in which both were wrong: they carry the margin of an accuracy gate. */
  readonly bothWrong: number;
  readonly slow: PairTally;
  readonly positive: PairTally;
  readonly falsePositive: PairTally;
  readonly falseNegative: PairTally;
  readonly outOfRange: PairTally;
  /** Labelled pairs in which each version found the positive, for precision, recall and F1 as they are shown. */
  readonly stableTruePositive: number;
  readonly shadowTruePositive: number;
  /** Of ln(1 + shadow latency) - ln(1 + stable latency). */
  readonly logLatencyRatio: Moments;
  /** Of shadow score - stable score, and of the stable score alone, which gives the unit. */
  readonly scoreDifference: Moments;
  readonly stableScore: Moments;
  /** Of ln(e + |error| of the shadow) - ln(e + |error| of the stable); e = 1e-9. */
  readonly logErrorRatio: Moments;
}

/** Everything a look needs, aggregated from the request log: small, and enough to recompute the decision. */
export interface RolloutTallies {
  /** One entry per canary share at which requests were assigned. */
  readonly strata: readonly { readonly share: number; readonly stable: ArmTally; readonly canary: ArmTally }[];
  /** The champion answered, the new version saw copies. */
  readonly shadow: PairedTally;
  /** After the promotion: the new version answers, its predecessor sees copies. `stable` is the predecessor here as well. */
  readonly bake: PairedTally;
  /** Instants of the newest request that is counted, and of the newest label of one; null without any. */
  readonly newestAt: string | null;
  readonly newestLabelAt: string | null;
}

/** What a rollout does at one time. */
export type RolloutPhase = 'shadow' | 'canary' | 'bake';

export interface RolloutGateResult {
  readonly name: string;
  readonly metric: RolloutGate['metric'];
  readonly phase: RolloutPhase;
  /**
   * fail = the e-process crossed: roll back. pass = enough was seen, and the bound lies inside `provenWithin`. inconclusive = neither:
   * the step goes on.
   */
  readonly verdict: Verdict;
  readonly stable: number | null;
  readonly canary: number | null;
  /** Evidence against the canary: an anytime-valid e-value, and the value at which it decides (1 / the gate's share of alpha). */
  readonly eValue: number;
  readonly threshold: number;
  /** Of the ratio canary / stable (rates; wrong answers for accuracy; milliseconds for latency). Anytime-valid; asymptotically so for latency. */
  readonly interval: Interval | null;
  readonly n: number;
  /** Evidence that the canary is no worse than `provenWithin` allows, and the ratio that it has to lie below; null where nothing must be proven. */
  readonly proof?: { readonly eValue: number; readonly threshold: number; readonly below: number } | null;
  /** It reports and does not act. */
  readonly dryRun?: boolean;
}

export interface RolloutLook {
  readonly rollout: string;
  readonly phase: RolloutPhase;
  readonly weight: number;
  readonly at: string;
  readonly gates: readonly RolloutGateResult[];
  readonly verdict: Verdict;
  readonly tallies: RolloutTallies;
  /** When the step may end, and when it is given up; both wait while nothing comes in. Absent in looks of older rollouts. */
  readonly clock?: { readonly passAfter: string; readonly giveUpAfter: string; readonly idle: boolean } | null;
}
