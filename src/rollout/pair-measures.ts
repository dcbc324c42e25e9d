import { inUnits, typicalOf } from './canary-measures.ts';
import { type CountedMetric, counted, type Seen } from './counted.ts';
import { pairEvidence } from './e-process.ts';
import { minimumValues, pairedShift } from './mean-shift.ts';
import {
  countedEvidence,
  enoughLabels,
  type Measure,
  type Measuring,
  ratioEvidence,
  shiftEvidence,
} from './measure.ts';
import type { PairedTally, RolloutTallies } from './report.ts';

/** A gate on pairs of answers to the same request. `strata` only shows milliseconds, where the stable version has been timed. */
export function measurePairs(measuring: Measuring, pairs: PairedTally, strata: RolloutTallies['strata']): Measure {
  const { metric } = measuring.gate;
  if (metric === 'latency') return measureLatency(measuring, pairs, strata);
  if (metric === 'absoluteError') return measureError(measuring, pairs);
  if (metric === 'score') return measureScore(measuring, pairs);
  return measureCounts(measuring, pairs, metric);
}

function measureCounts(measuring: Measuring, pairs: PairedTally, metric: CountedMetric): Measure {
  const what = counted[metric];
  const counts = what.pairs(pairs);
  const of = what.ofPairs(pairs);
  const arms = {
    stable: seenOf(pairs, { events: counts.onlyStable + counts.both, of }, pairs.stableTruePositive, 'onlyStable'),
    canary: seenOf(pairs, { events: counts.onlyCanary + counts.both, of }, pairs.shadowTruePositive, 'onlyShadow'),
  };
  const shown = (seen: Seen): number | null => {
    const value = of === 0 ? Number.NaN : what.shown(seen);
    return Number.isFinite(value) ? value : null;
  };
  return {
    ...{ stable: shown(arms.stable), canary: shown(arms.canary) },
    ...countedEvidence(measuring, what, pairEvidence(counts), arms.canary),
    n: of,
    needed: what.labelled ? Math.min(measuring.minimumRequests, enoughLabels) : measuring.minimumRequests,
  };
}

function seenOf(
  { falsePositive, falseNegative }: PairedTally,
  counts: Pick<Seen, 'events' | 'of'>,
  truePositive: number,
  own: 'onlyStable' | 'onlyShadow',
): Seen {
  return {
    ...counts,
    truePositive,
    falsePositive: falsePositive[own] + falsePositive.both,
    falseNegative: falseNegative[own] + falseNegative.both,
  };
}

/** Only the ratio is known of the pairs. */
function measureLatency(
  measuring: Measuring,
  { logLatencyRatio }: PairedTally,
  strata: RolloutTallies['strata'],
): Measure {
  const stable = typicalOf(strata.map((stratum) => stratum.stable.logLatency));
  return {
    stable,
    canary: stable === null || logLatencyRatio.n === 0 ? null : (1 + stable) * Math.exp(logLatencyRatio.mean) - 1,
    ...ratioEvidence(measuring, pairedShift(logLatencyRatio), logLatencyRatio.n),
    ...{ n: logLatencyRatio.n, needed: Math.max(minimumValues, measuring.minimumRequests) },
  };
}

/** Of typical errors (geometric means), as few large ones must not hide the rest; only their ratio is shown. */
function measureError(measuring: Measuring, { logErrorRatio }: PairedTally): Measure {
  return {
    ...{ stable: null, canary: null },
    ...ratioEvidence(measuring, pairedShift(logErrorRatio), logErrorRatio.n),
    ...{ n: logErrorRatio.n, needed: minimumValues },
  };
}

function measureScore(measuring: Measuring, { scoreDifference, stableScore }: PairedTally): Measure {
  const { n, mean } = scoreDifference;
  const shift = pairedShift(scoreDifference);
  return {
    stable: n === 0 ? null : stableScore.mean,
    canary: n === 0 ? null : stableScore.mean + mean,
    ...shiftEvidence(measuring, shift && inUnits(shift, Math.sqrt(stableScore.variance)), n),
    ...{ n, needed: Math.max(minimumValues, measuring.minimumRequests) },
  };
}
