import type { Verdict } from '../evaluation/report.ts';
import type { RolloutGate } from '../plan/schema.ts';
import { alphaShares, carriedOver, stakedOnPairs } from './alpha.ts';
import { measureCanary } from './canary-measures.ts';
import { restsOnLabels } from './counted.ts';
import { gateName } from './gate-name.ts';
import type { Measure, Measuring } from './measure.ts';
import { measurePairs } from './pair-measures.ts';
import { requirePossible } from './possible.ts';
import type { RolloutGateResult, RolloutLook, RolloutPhase, RolloutTallies } from './report.ts';

export interface LookInput {
  readonly rollout: string;
  readonly phase: RolloutPhase;
  readonly weight: number;
  /** ISO instant of the look. */
  readonly at: string;
  readonly tallies: RolloutTallies;
  readonly gates: readonly RolloutGate[];
  /**
   * Bound on the probability that a harmless canary is ever rolled back by a gate, in shadow and canary phase and all looks together. The
   * bake has the same bound of its own.
   */
  readonly falseRollbackRate: number;
  readonly minimumRequests: number;
  /** Leaves the intervals out, which cost more than all the rest: for simulations. */
  readonly quick?: boolean;
}

/**
 * One look at a rollout. A gate fails when its e-value reaches 1 / (its share of falseRollbackRate); it passes when enough was seen and what
 * it must rule out is ruled out; else it is inconclusive. Looks may come at any time and any number: the tests stay valid.
 * Shadow and bake: pairs of answers to the same request. Canary: requests of both versions, by the share at which each was assigned.
 * @throws PRN-ROLLOUT-001 tallies that cannot be
 */
export function judgeLook(input: LookInput): RolloutLook {
  const { rollout, phase, weight, at, tallies } = input;
  requirePossible(tallies);
  const shares = alphaShares(input.gates, phase === 'canary' ? 'canary' : 'pairs');
  const rate = spendable(input);
  const gates = input.gates.map((gate, index) => judgeGate(gate, input, 1 / ((shares[index] ?? 1) * rate)));
  return { rollout, phase, weight, at, gates, verdict: overall(gates), tallies };
}

/** What the gates of a phase may spend together. */
function spendable({ phase, gates, tallies, falseRollbackRate, minimumRequests }: LookInput): number {
  if (phase === 'bake') return falseRollbackRate;
  if (phase === 'shadow') return falseRollbackRate * stakedOnPairs;
  if (tallies.shadow.pairs === 0) return falseRollbackRate;
  const shares = alphaShares(gates, 'pairs');
  const evidence = gates.reduce((sum, gate, index) => {
    if (gate.dryRun) return sum;
    const measuring = { gate, threshold: 1, minimumRequests, quick: true };
    return sum + (shares[index] ?? 0) * measurePairs(measuring, tallies.shadow, []).eValue;
  }, 0);
  // Evidence of harm that did not suffice before is no reason to spend more than there is.
  return falseRollbackRate * Math.min(1, carriedOver(evidence));
}

function judgeGate(gate: RolloutGate, input: LookInput, threshold: number): RolloutGateResult {
  const { minimumRequests, quick = false } = input;
  const { needed, seenBefore = 0, ...measured } = measure({ gate, threshold, minimumRequests, quick }, input);
  return {
    name: gateName(gate),
    metric: gate.metric,
    phase: input.phase,
    verdict: verdictOf({ ...measured, needed, n: measured.n + seenBefore }, threshold),
    ...measured,
    threshold,
    ...(gate.dryRun ? { dryRun: true } : {}),
  };
}

/**
 * How good the answers are has been shown on the pairs of the shadow already, whoever's answer was taken: labels of a small canary that come
 * hours later need not show it all over again. The two are of different requests, so their evidence multiplies.
 */
function measure(measuring: Measuring, { phase, tallies }: LookInput): Measure {
  if (phase !== 'canary') return measurePairs(measuring, tallies[phase], tallies.strata);
  const canary = measureCanary(measuring, tallies.strata);
  if (tallies.shadow.labelled === 0 || !restsOnLabels(measuring.gate.metric)) return canary;
  const shadow = measurePairs({ ...measuring, quick: true }, tallies.shadow, []);
  if (!canary.proof || !shadow.proof) return canary;
  const eValue = Math.min(1e300, canary.proof.eValue * shadow.proof.eValue);
  return { ...canary, seenBefore: shadow.n, proof: { ...canary.proof, eValue } };
}

/** Evidence of harm counts however early it comes; its absence counts only after enough was seen. */
function verdictOf({ eValue, n, needed, proof }: Measure, threshold: number): Verdict {
  if (eValue >= threshold) return 'fail';
  if (n < needed || n === 0) return 'inconclusive';
  return proof && proof.eValue < proof.threshold ? 'inconclusive' : 'pass';
}

function overall(gates: readonly RolloutGateResult[]): Verdict {
  const acting = gates.filter(({ dryRun }) => !dryRun);
  if (acting.some(({ verdict }) => verdict === 'fail')) return 'fail';
  return acting.some(({ verdict }) => verdict === 'inconclusive') ? 'inconclusive' : 'pass';
}
