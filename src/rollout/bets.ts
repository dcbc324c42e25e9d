/** A mixture of alternatives: the evidence is the weighted mean over rate ratios, all above 1. Weights sum to 1. */
export interface Bets {
  readonly ratios: readonly number[];
  readonly weights: readonly number[];
}

/**
 * For events that are rare when all is well (errors, answers out of range): what goes wrong, goes wrong by a multiple. Chosen by
 * simulation, for the time to detection; validity does not depend on the choice.
 */
export const rareBets: Bets = {
  ratios: [1.05, 1.1, 1.2, 1.5, 2, 3, 5, 10, 20],
  weights: [0.03, 0.04, 0.08, 0.1, 0.1, 0.15, 0.2, 0.15, 0.15],
};

/** For events that are common also when all is well (wrong answers, positives): small ratios matter. */
export const commonBets: Bets = {
  ratios: [1.05, 1.1, 1.2, 1.35, 1.5, 2, 3, 5, 10, 20],
  weights: [0.04, 0.1, 0.22, 0.26, 0.16, 0.1, 0.05, 0.03, 0.02, 0.02],
};
