import type { Task } from '../plan/schema.ts';
import type { ScoresLike } from './metric-set.ts';

/**
 * How far the answers of a challenger lie from the champion's on the same rows.
 *
 * `scorePsi`: population stability index over ten bins at the champion's deciles (over predicted classes where there are several), each
 * share smoothed by half a row; 0.1 is commonly called small, 0.25 large. `scoreKs`: the largest distance between the two distributions.
 * @returns null where the metric is not defined: no rows, or a score that is not finite
 */
export function scoreShift(metric: string, task: Task, own: ScoresLike, champion: ScoresLike): number | null {
  if (own.rows === 0 || champion.rows === 0) return null;
  if (task === 'multiclass-classification') return classShift(own, champion);
  const [scores, others] = [lastColumn(own).sort(), lastColumn(champion).sort()];
  if (![scores, others].every((each) => Number.isFinite(each[0]) && Number.isFinite(each.at(-1)))) return null;
  return metric === 'scoreKs' ? largestDistance(scores, others) : decilePsi(scores, others);
}

function lastColumn({ rows, width, values }: ScoresLike): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => values[row * width + width - 1] as number);
}

/** Both sorted; ties are walked over together. */
function largestDistance(scores: Float64Array, others: Float64Array): number {
  let [at, other, largest] = [0, 0, 0];
  while (at < scores.length && other < others.length) {
    const value = Math.min(scores[at] as number, others[other] as number);
    while (at < scores.length && (scores[at] as number) <= value) at += 1;
    while (other < others.length && (others[other] as number) <= value) other += 1;
    largest = Math.max(largest, Math.abs(at / scores.length - other / others.length));
  }
  return largest;
}

const bins = 10;

function decilePsi(scores: Float64Array, others: Float64Array): number {
  const edges = new Set<number>();
  for (let bin = 1; bin < bins; bin += 1) edges.add(others[Math.floor((bin * others.length) / bins)] as number);
  const cuts = [...edges];
  return psi(binned(scores, cuts), binned(others, cuts));
}

function binned(sorted: Float64Array, cuts: readonly number[]): number[] {
  const counts = new Array<number>(cuts.length + 1).fill(0);
  let bin = 0;
  for (const value of sorted) {
    while (bin < cuts.length && value >= (cuts[bin] as number)) bin += 1;
    counts[bin] = (counts[bin] as number) + 1;
  }
  return counts;
}

function classShift(own: ScoresLike, champion: ScoresLike): number {
  return psi(predictedClasses(own), predictedClasses(champion));
}

function predictedClasses({ rows, width, values }: ScoresLike): number[] {
  const counts = new Array<number>(width).fill(0);
  for (let row = 0; row < rows; row += 1) {
    let best = 0;
    for (let column = 1; column < width; column += 1)
      if ((values[row * width + column] as number) > (values[row * width + best] as number)) best = column;
    counts[best] = (counts[best] as number) + 1;
  }
  return counts;
}

function psi(own: readonly number[], champion: readonly number[]): number {
  const shares = (counts: readonly number[]) => {
    const total = counts.reduce((sum, count) => sum + count + 0.5, 0);
    return counts.map((count) => (count + 0.5) / total);
  };
  const [now, before] = [shares(own), shares(champion)];
  return now.reduce(
    (sum, share, at) => sum + (share - (before[at] as number)) * Math.log(share / (before[at] as number)),
    0,
  );
}
