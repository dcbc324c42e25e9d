import type { ArmTally, Moments, PairedTally, PairTally, RolloutTallies } from '../report.ts';

export type Row = Readonly<Record<string, unknown>>;

/** Rows of the strata, of the pairs (`bake` true or false), and the newest instants, as tallies; what has no row has counted nothing. */
export function toTallies(strata: readonly Row[], pairs: readonly Row[], newest: Row): RolloutTallies {
  const shares = [...new Set(strata.map((row) => number(row, 'share')))].sort((a, b) => a - b);
  const armAt = (share: number, role: string): ArmTally =>
    toArm(strata.find((row) => number(row, 'share') === share && row.role === role) ?? {});
  return {
    strata: shares.map((share) => ({ share, stable: armAt(share, 'stable'), canary: armAt(share, 'canary') })),
    shadow: toPairs(pairs.find(({ bake }) => bake === false) ?? {}),
    bake: toPairs(pairs.find(({ bake }) => bake === true) ?? {}),
    newestAt: instant(newest.newest),
    newestLabelAt: instant(newest.newest_label),
  };
}

function toArm(row: Row): ArmTally {
  return {
    requests: number(row, 'requests'),
    errors: number(row, 'errors'),
    slow: number(row, 'slow'),
    labelled: number(row, 'labelled'),
    wrong: number(row, 'wrong'),
    predictedPositive: number(row, 'predicted_positive'),
    truePositive: number(row, 'true_positive'),
    falsePositive: number(row, 'false_positive'),
    falseNegative: number(row, 'false_negative'),
    outOfRange: number(row, 'out_of_range'),
    logLatency: toMoments(row, 'latency'),
    score: toMoments(row, 'score'),
    absoluteError: toMoments(row, 'error'),
  };
}

function toPairs(row: Row): PairedTally {
  return {
    pairs: number(row, 'pairs'),
    stableErrors: number(row, 'stable_errors'),
    shadowErrors: number(row, 'shadow_errors'),
    labelled: number(row, 'labelled'),
    onlyStableWrong: number(row, 'only_stable_wrong'),
    onlyShadowWrong: number(row, 'only_shadow_wrong'),
    bothWrong: number(row, 'both_wrong'),
    slow: toPair(row, 'slow'),
    positive: toPair(row, 'positive'),
    falsePositive: toPair(row, 'false_positive'),
    falseNegative: toPair(row, 'false_negative'),
    outOfRange: toPair(row, 'outside'),
    stableTruePositive: number(row, 'stable_true_positive'),
    shadowTruePositive: number(row, 'shadow_true_positive'),
    logLatencyRatio: toMoments(row, 'ratio'),
    scoreDifference: toMoments(row, 'difference'),
    stableScore: toMoments(row, 'stable_score'),
    logErrorRatio: toMoments(row, 'error_ratio'),
  };
}

function toPair(row: Row, event: string): PairTally {
  return {
    onlyStable: number(row, `only_stable_${event}`),
    onlyShadow: number(row, `only_shadow_${event}`),
    both: number(row, `both_${event}`),
  };
}

function toMoments(row: Row, of: string): Moments {
  return { n: number(row, `${of}_n`), mean: number(row, `${of}_mean`), variance: number(row, `${of}_variance`) };
}

const number = (row: Row, column: string): number => Number(row[column] ?? 0);
const instant = (value: unknown): string | null => (typeof value === 'string' ? value : null);
