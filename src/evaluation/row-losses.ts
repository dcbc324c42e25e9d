import type { Task } from '../plan/schema.ts';
import { clipProbability, positiveProbability, type ScoresLike } from './metric-set.ts';

/** What each row costs: log loss of a classifier, squared error of a regression. Their mean is a proper measure in any part of the rows. */
export function rowLosses(
  { task, labels }: { readonly task: Task; readonly labels: ArrayLike<number> },
  scores: ScoresLike,
): Float64Array {
  const losses = new Float64Array(labels.length);
  for (let row = 0; row < losses.length; row += 1) losses[row] = lossOf(task, labels[row] as number, scores, row);
  return losses;
}

function lossOf(task: Task, label: number, scores: ScoresLike, row: number): number {
  if (task === 'regression') return ((scores.values[row] as number) - label) ** 2;
  if (task === 'multiclass-classification')
    return -Math.log(clipProbability(scores.values[row * scores.width + label] as number));
  const p = positiveProbability({ scores }, row);
  return -Math.log(label === 1 ? clipProbability(p) : 1 - clipProbability(p));
}
