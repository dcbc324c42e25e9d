import type { Task } from '../plan/schema.ts';
import type { ScoresLike } from './metric-set.ts';

/** Small figures from which a version's curves are drawn; kept with the evaluation, so that a page never needs the rows again. */
export interface ModelPicture {
  readonly version: number;
  readonly task: Task;
  /** Two classes: [false positive rate, true positive rate], from (0, 0) to (1, 1), at most 101 points. */
  readonly roc?: readonly (readonly [number, number])[];
  /** Ten bins of equally many rows by what was predicted: mean prediction, what really came, rows. With several classes of the likeliest one. */
  readonly reliability: readonly { readonly predicted: number; readonly observed: number; readonly n: number }[];
  /** Rows by score: twenty bins from `low` to `high`. */
  readonly scores: { readonly low: number; readonly high: number; readonly counts: readonly number[] };
}

/** The pictures of one version on the hold-out; null for a version that failed on rows, or answered what is no number. */
export function pictureOf(
  version: number,
  { task, labels }: { readonly task: Task; readonly labels: ArrayLike<number> },
  scores: ScoresLike | null,
): ModelPicture | null {
  if (scores === null || scores.rows === 0) return null;
  const { predicted, observed } = pairs(task, labels, scores);
  if (!predicted.every(Number.isFinite)) return null;
  const order = Int32Array.from(predicted, (_, row) => row).sort(
    (a, b) => (predicted[a] as number) - (predicted[b] as number),
  );
  return {
    version,
    task,
    ...(task === 'binary-classification' ? { roc: rocPoints(order, predicted, observed) } : {}),
    reliability: reliabilityBins(order, predicted, observed),
    scores: histogram(order, predicted, task),
  };
}

/** What was said of each row and what came: P(last class) and the label; P(likeliest) and whether it was right; the value and the label. */
function pairs(task: Task, labels: ArrayLike<number>, { rows, width, values }: ScoresLike) {
  const predicted = new Float64Array(rows);
  const observed = new Float64Array(rows);
  for (let row = 0; row < rows; row += 1) {
    let best = width - 1;
    if (task === 'multiclass-classification')
      for (let column = 0; column < width; column += 1)
        if ((values[row * width + column] as number) > (values[row * width + best] as number)) best = column;
    predicted[row] = values[row * width + best] as number;
    const label = labels[row] as number;
    observed[row] = task === 'multiclass-classification' ? Number(label === best) : label;
  }
  return { predicted, observed };
}

const rocSteps = 100;

/** Rows of one score enter together, or ties would make the curve look better than it is. */
function rocPoints(order: Int32Array, predicted: Float64Array, observed: Float64Array): [number, number][] {
  const positives = observed.reduce((sum, label) => sum + label, 0);
  const negatives = observed.length - positives;
  if (positives === 0 || negatives === 0) return [];
  const points: [number, number][] = [[0, 0]];
  let [hits, falseAlarms, drawn] = [0, 0, 0];
  for (let at = order.length - 1; at >= 0; at -= 1) {
    const row = order[at] as number;
    if (observed[row] === 1) hits += 1;
    else falseAlarms += 1;
    const tied = at > 0 && predicted[order[at - 1] as number] === predicted[row];
    const walked = (hits + falseAlarms) / observed.length;
    if (tied || (at > 0 && walked < drawn)) continue;
    points.push([short(falseAlarms / negatives), short(hits / positives)]);
    drawn = walked + 1 / rocSteps;
  }
  return points;
}

const bins = 10;

function reliabilityBins(order: Int32Array, predicted: Float64Array, observed: Float64Array) {
  const cut = Array.from({ length: bins }, (_, bin) =>
    order.subarray(Math.floor((bin * order.length) / bins), Math.floor(((bin + 1) * order.length) / bins)),
  );
  const mean = (rows: Int32Array, of: Float64Array) =>
    rows.reduce((sum, row) => sum + (of[row] as number), 0) / rows.length;
  return cut
    .filter((rows) => rows.length > 0)
    .map((rows) => ({
      predicted: short(mean(rows, predicted)),
      observed: short(mean(rows, observed)),
      n: rows.length,
    }));
}

const bars = 20;

function histogram(order: Int32Array, predicted: Float64Array, task: Task): ModelPicture['scores'] {
  const ends = [predicted[order[0] as number] as number, predicted[order.at(-1) as number] as number] as const;
  const [low, high] = task === 'regression' ? ends : [0, 1];
  const counts = new Array<number>(bars).fill(0);
  for (const value of predicted) {
    const bin = high > low ? Math.min(bars - 1, Math.max(0, Math.floor(((value - low) / (high - low)) * bars))) : 0;
    counts[bin] = (counts[bin] as number) + 1;
  }
  return { low: short(low), high: short(high), counts };
}

/** Six figures: enough to draw by, and the report stays small. */
function short(value: number): number {
  return Number(value.toPrecision(6));
}
