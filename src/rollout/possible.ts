import { PerennialError } from '../errors/error.ts';
import type { ArmTally, PairedTally, RolloutTallies } from './report.ts';

/** @throws PRN-ROLLOUT-001 tallies that no log could give */
export function requirePossible({ strata, shadow, bake }: RolloutTallies): void {
  for (const { share, stable, canary } of strata) {
    const bad = [stable, canary].find(impossibleArm);
    if (!(share >= 0 && share <= 1) || bad)
      throw new PerennialError('PRN-ROLLOUT-001', {
        message: `The tallies at a canary share of ${share} are impossible${bad ? `: ${JSON.stringify(bad)}` : ''}.`,
      });
  }
  for (const pairs of [shadow, bake]) {
    if (possiblePairs(pairs)) continue;
    throw new PerennialError('PRN-ROLLOUT-001', {
      message: `The tallies of the mirrored requests are impossible: ${JSON.stringify(pairs)}.`,
    });
  }
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

function possiblePairs(tally: PairedTally): boolean {
  const { pairs, stableErrors, shadowErrors, labelled, onlyStableWrong, onlyShadowWrong, bothWrong } = tally;
  return stableErrors <= pairs && shadowErrors <= pairs && onlyStableWrong + onlyShadowWrong + bothWrong <= labelled;
}
