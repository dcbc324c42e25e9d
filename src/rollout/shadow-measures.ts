import type { RolloutGate } from '../plan/schema.ts';
import { enoughLabels, latencyEvidence, type Measure, shown, typicalLatency } from './canary-measures.ts';
import { eValueAbove, type LogEvidence, pairEvidence, ratioInterval } from './e-process.ts';
import { minimumLatencies, pairedShift } from './log-latency.ts';
import type { RolloutTallies } from './report.ts';

/** Gates that mirrored traffic can be judged by: it is not tallied by predicted class. */
export function judgedInShadow({ metric }: RolloutGate): boolean {
  return metric !== 'classBalance';
}

/** A gate on pairs of answers to the same request. */
export function measureShadow(
  { metric, worseBy }: RolloutGate,
  tallies: RolloutTallies,
  threshold: number,
  minimumRequests: number,
): Measure {
  if (metric === 'latency') return measureLatency(tallies, Math.log1p(worseBy), threshold, minimumRequests);
  const { evidence, stable, canary, n } = metric === 'accuracy' ? wrongAnswers(tallies) : errors(tallies);
  return {
    ...shown(metric, n === 0 ? null : stable / n, n === 0 ? null : canary / n),
    eValue: eValueAbove(evidence, 1 + worseBy),
    interval: ratioInterval(evidence, threshold),
    n,
    needed: metric === 'accuracy' ? Math.min(minimumRequests, enoughLabels) : minimumRequests,
  };
}

interface PairedRates {
  readonly evidence: LogEvidence;
  readonly stable: number;
  readonly canary: number;
  readonly n: number;
}

function wrongAnswers({ shadow }: RolloutTallies): PairedRates {
  const { onlyShadowWrong, onlyStableWrong, bothWrong = 0, labelled } = shadow;
  return {
    evidence: pairEvidence({ onlyCanary: onlyShadowWrong, onlyStable: onlyStableWrong, both: bothWrong }),
    stable: onlyStableWrong + bothWrong,
    canary: onlyShadowWrong + bothWrong,
    n: labelled,
  };
}

/** Pairs in which both failed count once on each side: it keeps the test valid, for (1 + u)(1 - m u) <= 1 + (1 - m) u, and costs a little power. */
function errors({ shadow }: RolloutTallies): PairedRates {
  const { shadowErrors, stableErrors, pairs } = shadow;
  return {
    evidence: pairEvidence({ onlyCanary: shadowErrors, onlyStable: stableErrors, both: 0 }),
    stable: stableErrors,
    canary: shadowErrors,
    n: pairs,
  };
}

/** Only the ratio is known of the pairs; milliseconds are shown where the stable arm has been timed. */
function measureLatency(
  { strata, shadow }: RolloutTallies,
  margin: number,
  threshold: number,
  minimumRequests: number,
): Measure {
  const { logLatencyRatio } = shadow;
  const stable = typicalLatency(strata.map((stratum) => stratum.stable.logLatency));
  return {
    stable,
    canary: stable === null || logLatencyRatio.n === 0 ? null : stable * Math.exp(logLatencyRatio.mean),
    ...latencyEvidence(pairedShift(logLatencyRatio), margin, logLatencyRatio.n, threshold),
    n: logLatencyRatio.n,
    needed: Math.max(minimumLatencies, minimumRequests),
  };
}
