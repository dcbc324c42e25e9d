import type { RolloutGate } from '../plan/schema.ts';

/**
 * Share of the false-rollback rate that each gate may spend in a phase. The gate that the phase is there for gets more than the rest: failed
 * requests of a canary, wrong answers of a shadow (and of the version that went), whose pairs show them long before anybody is harmed.
 * @returns shares in the order of the gates; they add up to 1. A dry run acts on nothing and spends nothing: it is judged as if it stood alone
 */
export function alphaShares(gates: readonly RolloutGate[], phase: 'canary' | 'pairs'): readonly number[] {
  const acting = gates.filter(({ dryRun }) => !dryRun);
  const order = phase === 'canary' ? failures : mistakes;
  const lead = order.map((metric) => acting.find((gate) => gate.metric === metric)).find((gate) => gate !== undefined);
  return gates.map((gate) => {
    if (gate.dryRun || acting.length === 1) return 1;
    if (lead === undefined) return 1 / acting.length;
    return gate === lead ? leadShare : (1 - leadShare) / (acting.length - 1);
  });
}

/**
 * What is left of the rate when mirrored traffic has been tested already. The wealth of a bettor who holds a part back: the rest was staked on
 * the pairs (`pairsEvidence`: the mean of their e-values, weighted by their shares) and both are staked on the canary. The product of the
 * two is a supermartingale again, so P(ever a false rollback) stays within the rate over both phases together.
 */
export function carriedOver(pairsEvidence: number): number {
  return heldBack + (1 - heldBack) * pairsEvidence;
}

/** The part of the rate that the pairs may spend at most. */
export const stakedOnPairs = 0.8;

const heldBack = 1 - stakedOnPairs;
const leadShare = 0.6;
const failures: readonly RolloutGate['metric'][] = ['errorRate', 'accuracy', 'f1', 'absoluteError'];
const mistakes: readonly RolloutGate['metric'][] = [
  'accuracy',
  'f1',
  'recall',
  'precision',
  'absoluteError',
  'errorRate',
];
