import { saysYes } from '../evaluation/metric-set.ts';
import type { Scores, Signature } from './predictor.ts';

/** What a caller gets for one row. `score` is what the request log keeps. */
export interface Answer {
  readonly prediction: string | number;
  /** Probability of the last class; binary classification only. */
  readonly probability?: number;
  /** In the order of the signature's classes; classification with more than two classes. */
  readonly probabilities?: Readonly<Record<string, number>>;
  /** Regression only. */
  readonly value?: number;
  readonly score: number;
}

/** Rounding in float32 may carry a probability this far over the edge. */
const tolerance = 1e-5;

/**
 * The answer in row `index` of the scores, or null when the numbers are impossible (not finite, or outside [0,1]).
 * @param yesFrom of two classes: the probability of the last one from which on it is answered; the likelier one without it
 */
export function answerAt(signature: Signature, scores: Scores, index: number, yesFrom?: number): Answer | null {
  if (signature.task === 'regression') return regression(scores.values[index * scores.width]);
  const start = index * scores.width;
  let best = 0;
  for (let column = 0; column < scores.width; column++) {
    const probability = scores.values[start + column] ?? Number.NaN;
    // The negated form also refuses NaN.
    if (!(probability >= -tolerance && probability <= 1 + tolerance)) return null;
    if (probability > (scores.values[start + best] ?? 0)) best = column;
  }
  const last = scores.values[start + scores.width - 1] ?? 0;
  if (scores.width === 2 && yesFrom !== undefined) best = saysYes(last, yesFrom) ? 1 : 0;
  const prediction = signature.classes[best];
  const score = clamp(last);
  if (prediction === undefined) return null;
  if (scores.width === 2) return { prediction, probability: score, score };
  return { prediction, probabilities: byClass(signature, scores, start), score };
}

function regression(value: number | undefined): Answer | null {
  if (value === undefined || !Number.isFinite(value)) return null;
  return { prediction: value, value, score: value };
}

function byClass(signature: Signature, scores: Scores, start: number): Record<string, number> {
  const entries = signature.classes.map((name, index) => [String(name), clamp(scores.values[start + index] ?? 0)]);
  return Object.fromEntries(entries);
}

function clamp(probability: number): number {
  return Math.min(1, Math.max(0, probability));
}
