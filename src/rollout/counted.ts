import type { RolloutGate } from '../plan/schema.ts';
import { type Bets, commonBets, rareBets } from './bets.ts';
import type { PairCounts } from './e-process.ts';
import type { ArmTally, PairedTally } from './report.ts';

export type CountedMetric = Exclude<RolloutGate['metric'], 'latency' | 'score' | 'absoluteError'>;

/** A gate that counts events: which ones, out of what, and what people are shown of it. */
export interface Counted {
  readonly bets: Bets;
  /** Neither more nor less of it is better. */
  readonly twoSided: boolean;
  /** Rests on labels, which come late and are fewer. */
  readonly labelled: boolean;
  readonly events: (arm: ArmTally) => number;
  readonly of: (arm: ArmTally) => number;
  readonly pairs: (pairs: PairedTally) => PairCounts;
  readonly ofPairs: (pairs: PairedTally) => number;
  /** What a person reads, from summed counts. */
  readonly shown: (seen: Seen) => number;
}

/** Counts of one version, summed over shares. */
export interface Seen {
  readonly events: number;
  readonly of: number;
  readonly truePositive: number;
  readonly falsePositive: number;
  readonly falseNegative: number;
}

const rate = ({ events, of }: Seen): number => events / of;
const requests = { of: (arm: ArmTally) => arm.requests, ofPairs: ({ pairs }: PairedTally) => pairs };
const labels = {
  of: (arm: ArmTally) => arm.labelled,
  ofPairs: ({ labelled }: PairedTally) => labelled,
  bets: commonBets,
  twoSided: false,
  labelled: true,
};
const wrong = {
  ...labels,
  events: (arm: ArmTally) => arm.wrong,
  pairs: ({ onlyShadowWrong, onlyStableWrong, bothWrong }: PairedTally) => ({
    onlyCanary: onlyShadowWrong,
    onlyStable: onlyStableWrong,
    both: bothWrong,
  }),
};

/**
 * Precision, recall and F1 are no means of anything that happens to single requests; their errors are: false positives, false negatives,
 * and both. What is tested is how often these happen per labelled request; the derived figure is shown.
 */
export const counted: Readonly<Record<CountedMetric, Counted>> = {
  errorRate: {
    ...requests,
    ...{ bets: rareBets, twoSided: false, labelled: false, shown: rate },
    events: (arm) => arm.errors,
    // Pairs in which both failed count once on each side: valid, for (1 + u)(1 - m u) <= 1 + (1 - m) u, and a little less powerful.
    pairs: ({ shadowErrors, stableErrors }) => ({ onlyCanary: shadowErrors, onlyStable: stableErrors, both: 0 }),
  },
  slowRequests: {
    ...requests,
    ...{ bets: commonBets, twoSided: false, labelled: false, shown: rate },
    events: (arm) => arm.slow,
    pairs: ({ slow }) => toPairs(slow),
  },
  outOfRange: {
    ...requests,
    ...{ bets: rareBets, twoSided: false, labelled: false, shown: rate },
    events: (arm) => arm.outOfRange,
    pairs: ({ outOfRange }) => toPairs(outOfRange),
  },
  classBalance: {
    ...requests,
    ...{ bets: commonBets, twoSided: true, labelled: false, shown: rate },
    events: (arm) => arm.predictedPositive,
    pairs: ({ positive }) => toPairs(positive),
  },
  accuracy: { ...wrong, shown: (seen) => 1 - rate(seen) },
  precision: {
    ...labels,
    events: (arm) => arm.falsePositive,
    pairs: ({ falsePositive }) => toPairs(falsePositive),
    shown: ({ truePositive, falsePositive }) => truePositive / (truePositive + falsePositive),
  },
  recall: {
    ...labels,
    events: (arm) => arm.falseNegative,
    pairs: ({ falseNegative }) => toPairs(falseNegative),
    shown: ({ truePositive, falseNegative }) => truePositive / (truePositive + falseNegative),
  },
  f1: {
    ...wrong,
    shown: ({ truePositive, falsePositive, falseNegative }) =>
      (2 * truePositive) / (2 * truePositive + falsePositive + falseNegative),
  },
};

/** Whether a gate has to wait for labels. */
export function restsOnLabels(metric: RolloutGate['metric']): boolean {
  if (metric === 'latency' || metric === 'score') return false;
  return metric === 'absoluteError' || counted[metric].labelled;
}

function toPairs({ onlyShadow, onlyStable, both }: PairedTally['slow']): PairCounts {
  return { onlyCanary: onlyShadow, onlyStable, both };
}
