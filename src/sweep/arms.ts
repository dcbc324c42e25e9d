import type { Random } from './random.ts';
import type { Scored } from './refine.ts';
import type { Dimension, Point } from './space.ts';

/** Share of trials that go to whatever choice has had the fewest. */
const explored = 0.6;

/**
 * Which trials to learn from when other parameters hang on choices: a choice that opens a large space of its own needs more trials than an
 * easy one before it shows what it can do, and would be given up too early. Each such choice is an arm of a bandit; most trials
 * go to the arm with the best trial, the others to the arm that has had the fewest.
 * @returns values that the next trial shall have, by place of the dimension; empty where no parameter depends on another
 */
export function chosenArms(
  dimensions: readonly Dimension[],
  scored: readonly Scored[],
  running: readonly Point[],
  random: Random,
): ReadonlyMap<number, number> {
  const parents = new Set(dimensions.flatMap(({ when }) => (when ? [when.parameter] : [])));
  const arms = new Map<number, number>();
  for (const [at, { name, kind, count, when }] of dimensions.entries()) {
    if (kind !== 'choice' || when || !parents.has(name)) continue;
    if (random() >= explored) continue;
    const points = [...scored.map(({ point }) => point), ...running];
    const tried = Array.from({ length: count }, (_, arm) => points.filter((point) => point[at] === arm).length);
    arms.set(at, tried.indexOf(Math.min(...tried)));
  }
  return arms;
}
