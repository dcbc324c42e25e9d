import { PerennialError } from '../errors/error.ts';
import type { Verdict } from '../evaluation/report.ts';
import type { RolloutGate } from '../plan/schema.ts';
import { type Measure, measureCanary } from './canary-measures.ts';
import type { ArmTally, RolloutGateResult, RolloutLook, RolloutTallies } from './report.ts';
import { judgedInShadow, measureShadow } from './shadow-measures.ts';

export interface LookInput {
  readonly rollout: string;
  readonly phase: 'shadow' | 'canary';
  readonly weight: number;
  /** ISO instant of the look. */
  readonly at: string;
  readonly tallies: RolloutTallies;
  readonly gates: readonly RolloutGate[];
  /** Bound on the probability that a harmless canary is ever rolled back by a gate, in both phases and all looks together. */
  readonly falseRollbackRate: number;
  readonly minimumRequests: number;
}

/**
 * One look at a rollout. A gate fails when its e-value reaches (tests of the rollout) / falseRollbackRate; it is inconclusive below its
 * minimum of observations, and passes otherwise. Looks may come at any time and any number: the tests stay valid.
 * Shadow: mirrored pairs, stable against shadow; `classBalance` waits for the canary phase.
 * @throws PRN-ROLLOUT-001 tallies that cannot be
 */
export function judgeLook(input: LookInput): RolloutLook {
  const { rollout, phase, weight, at, tallies } = input;
  requirePossible(tallies);
  const judged = phase === 'shadow' ? input.gates.filter(judgedInShadow) : input.gates;
  const threshold = testsOf(input) / input.falseRollbackRate;
  const gates = judged.map((gate) => judgeGate(gate, input, threshold));
  return { rollout, phase, weight, at, gates, verdict: overall(gates), tallies };
}

/** A rollout that mirrored traffic has tested each gate in both phases. */
function testsOf({ phase, gates, tallies }: LookInput): number {
  const mirrored = phase === 'shadow' || tallies.shadow.pairs > 0;
  return Math.max(1, gates.length + (mirrored ? gates.filter(judgedInShadow).length : 0));
}

function judgeGate(gate: RolloutGate, input: LookInput, threshold: number): RolloutGateResult {
  const measure = input.phase === 'shadow' ? measureShadow : measureCanary;
  const { needed, ...measured } = measure(gate, input.tallies, threshold, input.minimumRequests);
  return {
    name: nameOf(gate),
    metric: gate.metric,
    phase: input.phase,
    verdict: verdictOf({ ...measured, needed }, threshold),
    ...measured,
    threshold,
  };
}

/** Evidence of harm counts however early it comes; its absence counts only after enough was seen. */
function verdictOf({ eValue, n, needed }: Measure, threshold: number): Verdict {
  if (eValue >= threshold) return 'fail';
  return n < needed || n === 0 ? 'inconclusive' : 'pass';
}

function overall(gates: readonly RolloutGateResult[]): Verdict {
  if (gates.some(({ verdict }) => verdict === 'fail')) return 'fail';
  return gates.some(({ verdict }) => verdict === 'inconclusive') ? 'inconclusive' : 'pass';
}

function nameOf({ metric, worseBy }: RolloutGate): string {
  const percent = Number((worseBy * 100).toFixed(4));
  if (metric === 'classBalance') return `classBalance as stable${worseBy > 0 ? ` ± ${percent} %` : ''}`;
  const what = metric === 'accuracy' ? 'accuracy: wrong answers' : metric;
  return `${what} ≤ stable${worseBy > 0 ? ` + ${percent} %` : ''}`;
}

function requirePossible({ strata, shadow }: RolloutTallies): void {
  for (const { share, stable, canary } of strata) {
    const bad = [stable, canary].find(impossibleArm);
    if (!(share >= 0 && share <= 1) || bad)
      throw new PerennialError('PRN-ROLLOUT-001', {
        message: `The tallies at a canary share of ${share} are impossible${bad ? `: ${JSON.stringify(bad)}` : ''}.`,
      });
  }
  const { pairs, stableErrors, shadowErrors, labelled, onlyStableWrong, onlyShadowWrong, bothWrong = 0 } = shadow;
  if (stableErrors <= pairs && shadowErrors <= pairs && onlyStableWrong + onlyShadowWrong + bothWrong <= labelled)
    return;
  throw new PerennialError('PRN-ROLLOUT-001', {
    message: `The tallies of the mirrored requests are impossible: ${JSON.stringify(shadow)}.`,
  });
}

function impossibleArm({ requests, errors, labelled, wrong, predictedPositive, logLatency }: ArmTally): boolean {
  const counts = [requests, errors, labelled, wrong, predictedPositive, logLatency.n];
  return (
    !counts.every((count) => Number.isFinite(count) && count >= 0) ||
    errors > requests ||
    predictedPositive > requests ||
    wrong > labelled
  );
}
