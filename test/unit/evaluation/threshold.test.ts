import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseThreshold, decidesFrom, thresholdMetricOf } from '../../../src/evaluation/threshold.ts';
import type { GateEntry } from '../../../src/plan/schema-gates.ts';

const gates = (...metrics: readonly string[]) =>
  metrics.map((metric): GateEntry => ({ metric, atLeast: 0.1, confidence: 0.95, dryRun: false }));

describe('the metric that a threshold is chosen by', () => {
  it.each([
    [['auc', 'accuracy', 'f1'], 'accuracy'],
    [['auc', 'recall'], 'f1'],
    [['auc', 'logLoss'], 'balancedAccuracy'],
    [[], 'balancedAccuracy'],
  ])('is for gates on %j %s', (named, expected) => {
    expect(thresholdMetricOf(gates(...named))).toBe(expected);
  });
});

describe('a decision threshold', () => {
  it('finds the few that are late where all probabilities are low', () => {
    const labels = Float64Array.of(0, 0, 0, 0, 1, 1);
    const probabilities = [0.01, 0.05, 0.1, 0.12, 0.2, 0.3];
    const chosen = chooseThreshold(labels, probabilities, 'f1');
    expect(chosen).toMatchObject({ metric: 'f1', value: 1, atHalf: 0, rows: 6 });
    expect(chosen?.threshold).toBeCloseTo(0.16, 12);
  });

  it('leaves out rows without a label, and has nothing to choose where one class alone is left', () => {
    const labels = Float64Array.of(1, Number.NaN, 0);
    expect(chooseThreshold(labels, [0.9, 0.1, 0.2], 'accuracy')?.rows).toBe(2);
    expect(chooseThreshold(labels.subarray(0, 2), [0.9, 0.1], 'accuracy')).toBeNull();
  });

  it('decides where a gate has asked for it, and is advice where none has', () => {
    expect(decidesFrom({ threshold: 0.25, metric: 'f1' })).toBe(0.25);
    expect(decidesFrom({ threshold: 0.25, metric: 'accuracy' })).toBe(0.25);
    expect(decidesFrom({ threshold: 0.25, metric: 'balancedAccuracy' })).toBeUndefined();
    expect(decidesFrom(null)).toBeUndefined();
  });

  it('is as good as the best of all thresholds, and never worse than a half', () => {
    const rows = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 20 })), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(rows, fc.constantFrom('accuracy', 'f1', 'balancedAccuracy'), (drawn, metric) => {
        const labels = Float64Array.from(drawn, ([late]) => Number(late));
        const probabilities = drawn.map(([, score]) => score / 20);
        const chosen = chooseThreshold(labels, probabilities, metric);
        if (!chosen) return;
        const tried = Array.from({ length: 21 }, (_, at) => measured(labels, probabilities, at / 20, metric));
        expect(chosen.value).toBeCloseTo(Math.max(...tried), 9);
        expect(measured(labels, probabilities, chosen.threshold, metric)).toBeCloseTo(chosen.value, 9);
        expect(chosen.atHalf).toBeCloseTo(measured(labels, probabilities, 0.5, metric), 9);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

function measured(labels: Float64Array, probabilities: readonly number[], threshold: number, metric: string): number {
  const called = probabilities.map((probability) => probability >= threshold);
  const count = (is: (row: number) => boolean) => [...labels.keys()].filter(is).length;
  const hit = count((row) => called[row] === true && labels[row] === 1);
  const spared = count((row) => !called[row] && labels[row] === 0);
  const [yes, no] = [count((row) => labels[row] === 1), count((row) => labels[row] === 0)];
  if (metric === 'accuracy') return (hit + spared) / labels.length;
  if (metric === 'f1') return (2 * hit) / (called.filter(Boolean).length + yes);
  return (hit / yes + spared / no) / 2;
}
