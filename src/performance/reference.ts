import { clipProbability } from '../evaluation/metric-set.ts';
import type { Task } from '../plan/schema.ts';
import { profileDays, type ScoredRows } from './day-totals.ts';
import { answerOf, cutScores, labelIsKnown, predictedClass } from './score-cells.ts';
import { chooseSlices } from './slices.ts';
import { cellsOf, type PerformanceReference, type ScoreCells } from './totals.ts';

/**
 * What a version was on its hold-out: cells, totals of each day, slices. Made once a version from the scores of `model.onnx` on the hold-out and
 * kept as JSON. Null where the version failed on the hold-out or no label is known: then nothing can be compared with it.
 */
export function scoreReference(task: Task, classes: number, rows: ScoredRows): PerformanceReference | null {
  if (!rows.scores) return null;
  const known = Array.from({ length: rows.labels.length }, (_, row) => rows.labels[row] as number).filter(
    Number.isFinite,
  );
  const centre = task === 'regression' && known.length > 0 ? known.reduce((sum, y) => sum + y, 0) / known.length : 0;
  const cells = cutScores(task, task === 'regression' ? 1 : Math.max(2, classes), rows.scores, centre);
  const slices = chooseSlices(rows.columns ?? {});
  const days = profileDays({ cells, slices }, rows);
  if (!days.some(({ labelled }) => labelled > 0)) return null;
  return { cells, slices, days, wrongLoss: task === 'multiclass-classification' ? meanWrongLoss(cells, rows) : [] };
}

/** By cell; a cell of few wrong rows is drawn to the mean of all. */
function meanWrongLoss(cells: ScoreCells, { scores, labels }: ScoredRows): number[] {
  const sums = new Float64Array(cellsOf(cells));
  const counts = new Float64Array(sums.length);
  for (let row = 0; scores && row < labels.length; row += 1) {
    const label = labels[row] as number;
    const answer = answerOf(cells, scores, row);
    if (!answer || !labelIsKnown(cells, label) || predictedClass(cells, answer.cell) === label) continue;
    const p = scores.values[row * scores.width + label] as number;
    sums[answer.cell] = (sums[answer.cell] as number) - Math.log(clipProbability(p));
    counts[answer.cell] = (counts[answer.cell] as number) + 1;
  }
  const mean =
    sums.reduce((a, b) => a + b, 0) /
    Math.max(
      1,
      counts.reduce((a, b) => a + b, 0),
    );
  return Array.from(sums, (sum, cell) => (sum + prior * mean) / ((counts[cell] as number) + prior));
}

const prior = 5;
