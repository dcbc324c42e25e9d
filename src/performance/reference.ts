import { clipProbability } from '../evaluation/metric-set.ts';
import type { Task } from '../plan/schema.ts';
import { profileDays, type ScoredRows } from './day-totals.ts';
import { answerOf, cutScores, labelIsKnown, predictedClass } from './score-cells.ts';
import { chooseSlices } from './slices.ts';
import type { PerformanceReference, ScoreCells } from './totals.ts';

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

function meanWrongLoss(cells: ScoreCells, { scores, labels }: ScoredRows): number[] {
  const sums = new Float64Array(cells.classes);
  const counts = new Float64Array(cells.classes);
  for (let row = 0; scores && row < labels.length; row += 1) {
    const label = labels[row] as number;
    const answer = answerOf(cells, scores, row);
    if (!answer || !labelIsKnown(cells, label)) continue;
    const predicted = predictedClass(cells, answer.cell);
    if (predicted === label) continue;
    const p = scores.values[row * scores.width + label] as number;
    sums[predicted] = (sums[predicted] as number) - Math.log(clipProbability(p));
    counts[predicted] = (counts[predicted] as number) + 1;
  }
  const whole =
    sums.reduce((a, b) => a + b, 0) /
    Math.max(
      1,
      counts.reduce((a, b) => a + b, 0),
    );
  // A class that was never predicted wrongly takes the mean of all.
  return Array.from(sums, (sum, at) => ((counts[at] as number) > 0 ? sum / (counts[at] as number) : whole));
}
