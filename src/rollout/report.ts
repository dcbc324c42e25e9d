import type { Interval, Verdict } from '../evaluation/report.ts';

/** What one arm did at one canary share; labels count when they have arrived. */
export interface ArmTally {
  readonly requests: number;
  readonly errors: number;
  /** Slower than the stable version's p95 in this rollout. */
  readonly slow: number;
  readonly labelled: number;
  readonly wrong: number;
  readonly predictedPositive: number;
  /** Of ln(latency in ms) over successful answers. */
  readonly logLatency: { readonly n: number; readonly mean: number; readonly variance: number };
}

/** Everything a look needs, aggregated from the request log: small, and enough to recompute the decision. */
export interface RolloutTallies {
  /** One entry per canary share at which requests were assigned. */
  readonly strata: readonly { readonly share: number; readonly stable: ArmTally; readonly canary: ArmTally }[];
  /** Mirrored requests that both versions answered; paired. */
  readonly shadow: {
    readonly pairs: number;
    readonly stableErrors: number;
    readonly shadowErrors: number;
    readonly labelled: number;
    readonly onlyStableWrong: number;
    readonly onlyShadowWrong: number;
    /** Pairs in which both were wrong: they carry the margin of an accuracy gate. Left out = 0, and then it applies to the other pairs alone. */
    readonly bothWrong?: number;
    /** Of ln(shadow latency) - ln(stable latency). */
    readonly logLatencyRatio: { readonly n: number; readonly mean: number; readonly variance: number };
  };
}

export interface RolloutGateResult {
  readonly name: string;
  readonly metric: 'errorRate' | 'latency' | 'accuracy' | 'classBalance';
  readonly phase: 'shadow' | 'canary';
  /** fail = the e-process crossed: roll back. pass = the bound lies inside the margin, or enough was seen without a violation. */
  readonly verdict: Verdict;
  readonly stable: number | null;
  readonly canary: number | null;
  /** Evidence against the canary: an anytime-valid e-value, and the value at which it decides (gates / alpha). */
  readonly eValue: number;
  readonly threshold: number;
  /** Of the ratio canary / stable (rates; wrong answers for accuracy; milliseconds for latency). Anytime-valid; asymptotically so for latency. */
  readonly interval: Interval | null;
  readonly n: number;
}

export interface RolloutLook {
  readonly rollout: string;
  readonly phase: 'shadow' | 'canary';
  readonly weight: number;
  readonly at: string;
  readonly gates: readonly RolloutGateResult[];
  readonly verdict: Verdict;
  readonly tallies: RolloutTallies;
}
