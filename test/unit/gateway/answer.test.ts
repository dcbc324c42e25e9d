import { describe, expect, it } from 'vitest';
import { answerAt } from '../../../src/gateway/answer.ts';
import type { Scores, Signature } from '../../../src/gateway/predictor.ts';

const binary: Signature = { task: 'binary-classification', features: [], classes: ['no', 'yes'] };
const three: Signature = { task: 'multiclass-classification', features: [], classes: ['a', 'b', 'c'] };
const number: Signature = { task: 'regression', features: [], classes: [] };

function scores(width: number, ...values: number[]): Scores {
  return { rows: values.length / width, width, values: Float32Array.from(values) };
}

describe('answerAt', () => {
  it('answers the likelier class and the probability of the last', () => {
    expect(answerAt(binary, scores(2, 0.25, 0.75, 0.5, 0.5), 0)).toEqual({
      prediction: 'yes',
      probability: 0.75,
      score: 0.75,
    });
    expect(answerAt(binary, scores(2, 0.25, 0.75, 0.875, 0.125), 1)).toMatchObject({ prediction: 'no', score: 0.125 });
  });

  it('answers the last of two classes from the threshold of the version on', () => {
    const three = scores(2, 0.75, 0.25, 0.8125, 0.1875, 0.25, 0.75);
    const answered = (row: number, yesFrom: number) => answerAt(binary, three, row, yesFrom)?.prediction;
    expect([0, 1, 2].map((row) => answered(row, 0.25))).toEqual(['yes', 'no', 'yes']);
    expect([0, 1, 2].map((row) => answered(row, 0.8))).toEqual(['no', 'no', 'no']);
    expect(answerAt(binary, three, 0, 0.25)).toEqual({ prediction: 'yes', probability: 0.25, score: 0.25 });
  });

  it('names every class when there are more than two', () => {
    expect(answerAt(three, scores(3, 0.25, 0.5, 0.25), 0)).toEqual({
      prediction: 'b',
      probabilities: { a: 0.25, b: 0.5, c: 0.25 },
      score: 0.25,
    });
  });

  it('answers a regression with its value', () => {
    expect(answerAt(number, scores(1, 4, -2), 1)).toEqual({ prediction: -2, value: -2, score: -2 });
  });

  it.each([
    [binary, scores(2, Number.NaN, Number.NaN)],
    [binary, scores(2, -0.5, 1.5)],
    [binary, scores(2, 1, Number.NaN)],
    [number, scores(1, Number.POSITIVE_INFINITY)],
  ])('gives no answer for impossible numbers (%#)', (signature, impossible) => {
    expect(answerAt(signature, impossible, 0)).toBeNull();
  });

  it('forgives what float32 rounds over the edge', () => {
    expect(answerAt(binary, scores(2, -1e-7, 1.000001), 0)).toMatchObject({ probability: 1 });
  });
});
