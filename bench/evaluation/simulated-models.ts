import type { Holdout } from '../../src/evaluation/evidence.ts';
import type { ScoresLike } from '../../src/evaluation/metric-set.ts';
import type { Random } from '../../src/evaluation/random.ts';

/** A hold-out of days that differ from one another, and models whose answers go wrong in part together. */
export interface World {
  readonly days: number;
  readonly rowsPerDay: number;
  /** Days of quite different sizes instead of the same. */
  readonly unequal?: boolean;
  /** Standard deviation of a day's own shift of the labels, and of each model's own luck on a day. */
  readonly dayEffect: number;
  /** Noise of each model on top of the noise that all share: the lower, the better. */
  readonly noise: readonly number[];
}

export interface SimulatedHoldout {
  readonly holdout: Holdout;
  readonly scores: readonly ScoresLike[];
  readonly rows: Int32Array;
}

/** Binary labels and one score a row of each model. */
export function simulateHoldout(
  { days, rowsPerDay, unequal, dayEffect, noise }: World,
  random: Random,
): SimulatedHoldout {
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const labels: number[] = [];
  const blocks: number[] = [];
  const scores = noise.map((): number[] => []);
  for (let day = 0; day < days; day += 1) {
    const shift = dayEffect * normal();
    const luck = noise.map(() => Math.exp(dayEffect * normal()));
    const rows = unequal ? Math.max(10, Math.round(rowsPerDay * 0.3 * Math.exp(1.2 * normal()))) : rowsPerDay;
    for (let row = 0; row < rows; row += 1) {
      const signal = normal();
      const shared = normal();
      labels.push(random() < logistic(signal + shift - 0.9) ? 1 : 0);
      blocks.push(day);
      noise.forEach((own, model) => {
        (scores[model] as number[]).push(
          logistic(signal + 0.6 * shared + own * (luck[model] as number) * normal() - 0.9),
        );
      });
    }
  }
  const count = labels.length;
  return {
    holdout: { task: 'binary-classification', labels, classes: [0, 1], blocks },
    scores: scores.map((values) => ({ rows: count, width: 1, values })),
    rows: Int32Array.from(labels, (_, row) => row),
  };
}

function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value));
}
