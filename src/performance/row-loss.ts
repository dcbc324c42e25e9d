import { clipProbability, type ScoresLike } from '../evaluation/metric-set.ts';
import type { Task } from '../plan/schema.ts';

/** By row: log loss (classification) or squared error, and the score of the last class; NaN without a label or a finite answer. */
export function lossOfRows(
  task: Task,
  labels: ArrayLike<number>,
  { rows, width, values }: ScoresLike,
): { readonly loss: Float64Array; readonly score: Float64Array } {
  const score = Float64Array.from({ length: rows }, (_, row) => values[row * width + width - 1] as number);
  const loss = score.map((value, row) => {
    const label = labels[row] as number;
    if (task === 'regression') return (value - label) ** 2;
    if (!Number.isInteger(label)) return Number.NaN;
    const p = width === 1 ? (label === 1 ? value : 1 - value) : (values[row * width + label] ?? Number.NaN);
    return -Math.log(clipProbability(p));
  });
  return { loss, score };
}
