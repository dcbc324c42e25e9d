import { mostLikely } from '../evaluation/multiclass-metrics.ts';
import type { Scores, Signature } from '../gateway/predictor.ts';

/** The columns that a batch of scores becomes; arrays of as many entries as there are rows. */
export interface PredictedRows {
  readonly prediction: readonly (string | number)[];
  readonly score: Float64Array;
  /** `p_<class>`, only where there are more than two classes. */
  readonly probabilities: Readonly<Record<string, Float64Array>>;
}

/** The most probable class (the first of equals), or the value. */
export function predictedRows({ classes }: Signature, scores: Scores): PredictedRows {
  const { rows, width, values } = scores;
  if (classes.length === 0) {
    const score = Float64Array.from({ length: rows }, (_, row) => values[row * width] as number);
    return { prediction: Array.from(score), score, probabilities: {} };
  }
  const best = Array.from({ length: rows }, (_, row) => mostLikely(scores, row));
  const column = (at: number) => Float64Array.from({ length: rows }, (_, row) => values[row * width + at] as number);
  return {
    prediction: best.map((at) => String(classes[at])),
    score: width === 2 ? column(1) : Float64Array.from(best, (at, row) => values[row * width + at] as number),
    probabilities: width === 2 ? {} : Object.fromEntries(classes.map((name, at) => [`p_${name}`, column(at)])),
  };
}
