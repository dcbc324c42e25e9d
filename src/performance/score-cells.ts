import type { ScoresLike } from '../evaluation/metric-set.ts';
import { mostLikely } from '../evaluation/multiclass-metrics.ts';
import type { Task } from '../plan/schema.ts';
import { outcomesOf, type ScoreCells } from './totals.ts';

/** Reads a row's answer: its cell, its score, and nothing where the champion gave no finite answer. */
export interface Answer {
  readonly cell: number;
  /** P(last class), the highest probability, or the predicted value. */
  readonly score: number;
}

const quantiles = { binary: 30, regression: 19 } as const;
const outcomeBudget = 2_000;

/**
 * Cells for the scores of a reference. Two classes: tenths (so that 0.5 and the bins of `ece` are edges), the version's own threshold, and
 * quantiles; more classes: as many quantiles of the highest probability as keep the table small; regression: twentieths of the predictions.
 * @param centre mean label of the reference, for regression
 */
export function cutScores(task: Task, classes: number, scores: ScoresLike, centre: number): ScoreCells {
  const whole: ScoreCells = { task, classes, edges: [], centre };
  const answers = Float64Array.from(
    { length: scores.rows },
    (_, row) => answerOf(whole, scores, row)?.score ?? Number.NaN,
  );
  const sorted = answers.filter(Number.isFinite).sort();
  if (task === 'binary-classification') {
    const tenths = Array.from({ length: 9 }, (_, at) => (at + 1) / 10);
    const { yesFrom } = scores;
    const kept = yesFrom === undefined ? tenths : [...tenths, justBelow(yesFrom)];
    const edges = apart([...kept, ...cut(sorted, quantiles.binary), ...ends(sorted)], kept);
    return { ...whole, edges, ...(yesFrom === undefined ? {} : { yesFrom }) };
  }
  if (task === 'regression')
    return { ...whole, edges: apart([...cut(sorted, quantiles.regression), ...ends(sorted)], []) };
  const bins = Math.min(9, Math.floor(outcomeBudget / classes ** 2) - 1);
  return { ...whole, edges: apart(cut(sorted, Math.max(0, bins)), []) };
}

/** Null where the answer is not finite. */
export function answerOf(cells: ScoreCells, scores: ScoresLike, row: number): Answer | null {
  const from = row * scores.width;
  for (let at = 0; at < scores.width; at += 1) if (!Number.isFinite(scores.values[from + at])) return null;
  if (cells.task !== 'multiclass-classification') {
    const score = scores.values[from + scores.width - 1] as number;
    return { cell: binOf(cells.edges, score), score };
  }
  const best = mostLikely(scores, row);
  const score = scores.values[from + best] as number;
  return { cell: best * (cells.edges.length + 1) + binOf(cells.edges, score), score };
}

/** Which class a cell is answered as. */
export function predictedClass({ task, edges, yesFrom }: ScoreCells, cell: number): number {
  if (task === 'multiclass-classification') return Math.floor(cell / (edges.length + 1));
  return cell > edges.indexOf(yesFrom === undefined ? 0.5 : justBelow(yesFrom)) ? 1 : 0;
}

/** A cell holds its upper edge, and a version says yes at its threshold: no float32 score lies between the two. */
function justBelow(threshold: number): number {
  return threshold - Math.max(Number.MIN_VALUE, threshold * Number.EPSILON);
}

export function labelIsKnown(cells: ScoreCells, label: number): boolean {
  if (cells.task === 'regression') return Number.isFinite(label);
  return Number.isInteger(label) && label >= 0 && label < outcomesOf(cells);
}

/** First bin whose upper edge is not below x. */
export function binOf(edges: readonly number[], x: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] as number) < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Inner quantiles at equal distances. */
export function cut(sorted: Float64Array, count: number): number[] {
  if (sorted.length === 0) return [];
  return Array.from(
    { length: count },
    (_, at) => sorted[Math.max(0, Math.ceil(((at + 1) * sorted.length) / (count + 1)) - 1)] as number,
  );
}

/** Just below the lowest score and at the highest one: what lies beyond falls into cells that the reference has no row in. */
function ends(sorted: Float64Array): number[] {
  const [lowest, highest] = [sorted[0], sorted.at(-1)];
  return lowest === undefined || highest === undefined
    ? []
    : [lowest - 1e-6 * Math.max(1e-3, Math.abs(lowest)), highest];
}

/** Ascending, without those that a kept edge all but equals. */
function apart(edges: readonly number[], kept: readonly number[]): number[] {
  const close = (a: number, b: number): boolean => a !== b && Math.abs(a - b) < 1e-4 * Math.max(Math.abs(a), 1e-2);
  const sorted = [...new Set(edges)].sort((a, b) => a - b);
  return sorted.filter((edge) => kept.includes(edge) || !kept.some((one) => close(one, edge)));
}
