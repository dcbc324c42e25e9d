import type { ArmTally, Moments, PairedTally, RolloutTallies } from './report.ts';

const nothing: Moments = { n: 0, mean: 0, variance: 0 };
const never = { onlyStable: 0, onlyShadow: 0, both: 0 } as const;

/** A version that has answered nothing yet. */
export const noRequests: ArmTally = {
  ...{ requests: 0, errors: 0, slow: 0, labelled: 0, wrong: 0, predictedPositive: 0, outOfRange: 0 },
  ...{ truePositive: 0, falsePositive: 0, falseNegative: 0 },
  ...{ logLatency: nothing, score: nothing, absoluteError: nothing },
};

/** Nothing mirrored yet. */
export const noPairs: PairedTally = {
  ...{ pairs: 0, stableErrors: 0, shadowErrors: 0 },
  ...{ labelled: 0, onlyStableWrong: 0, onlyShadowWrong: 0, bothWrong: 0 },
  ...{ slow: never, positive: never, falsePositive: never, falseNegative: never, outOfRange: never },
  ...{ stableTruePositive: 0, shadowTruePositive: 0 },
  ...{ logLatencyRatio: nothing, scoreDifference: nothing, stableScore: nothing, logErrorRatio: nothing },
};

/** A rollout that nobody has asked anything yet. */
export const noTraffic: RolloutTallies = {
  strata: [],
  shadow: noPairs,
  bake: noPairs,
  newestAt: null,
  newestLabelAt: null,
};
