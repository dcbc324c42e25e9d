import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { computeMetrics, metricDirection, metricsOf, primaryMetric } from '../../../src/evaluation/metrics.ts';
import type { Task } from '../../../src/plan/schema.ts';

interface Case {
  readonly task: Task;
  readonly labels: number[];
  readonly classes: number[];
  readonly width: number;
  readonly scores: number[];
  readonly weights: number[] | null;
  readonly yesFrom?: number;
  readonly expected: Record<string, number | null>;
}

const fixture = new URL('../../fixtures/statistics/metrics.json', import.meta.url);
const cases: Record<string, Case> = JSON.parse(readFileSync(fixture, 'utf8'));

describe('metrics of the hold-out', () => {
  it.each(Object.entries(cases))(
    'equal scikit-learn to 1e-9: %s',
    (_, { task, labels, classes, width, scores, weights, yesFrom, expected }) => {
      const found = computeMetrics(
        task,
        labels,
        { rows: labels.length, width, values: scores, yesFrom },
        classes,
        weights,
      );
      expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
      for (const [metric, value] of Object.entries(expected)) {
        const own = found[metric];
        if (value === null) expect([metric, own]).toEqual([metric, null]);
        else
          expect(Math.abs((own ?? Number.NaN) - value), metric).toBeLessThanOrEqual(
            1e-9 * Math.max(1, Math.abs(value)),
          );
      }
    },
  );

  it('take one column of a binary model for the probability of its last class', () => {
    const two = computeMetrics(
      'binary-classification',
      [0, 1],
      { rows: 2, width: 2, values: [0.7, 0.3, 0.4, 0.6] },
      [0, 1],
    );
    const one = computeMetrics('binary-classification', [0, 1], { rows: 2, width: 1, values: [0.3, 0.6] }, [0, 1]);
    expect(one).toEqual(two);
  });

  it.each(['binary-classification', 'multiclass-classification', 'regression'] as const)(
    'are all null for a %s model that answers NaN, and for no rows',
    (task) => {
      const width = task === 'regression' ? 1 : 2;
      const broken = { rows: 2, width, values: new Array(2 * width).fill(Number.NaN) };
      const classes = task === 'regression' ? [] : ['a', 'b'];
      const none = Object.fromEntries(metricsOf(task).map((metric) => [metric, null]));
      expect(computeMetrics(task, [0, 1], broken, classes)).toEqual(none);
      expect(computeMetrics(task, [], { rows: 0, width, values: [] }, classes)).toEqual(none);
    },
  );

  it('refuse scores that do not fit the labels, and labels that are no class', () => {
    const scores = { rows: 2, width: 2, values: [0.7, 0.3, 0.4, 0.6] };
    expect(() => computeMetrics('binary-classification', [0, 1, 1], scores, [0, 1])).toThrow(
      /3 labels but 2 × 2 scores/,
    );
    expect(() => computeMetrics('binary-classification', [0, 2], scores, [0, 1])).toThrow(/Row 1 .* label 2/);
    expect(() => computeMetrics('multiclass-classification', [0, 1], scores, [0, 1, 2])).toThrow(/expected 2 × 3/);
  });

  it('know which way is better', () => {
    expect(
      ['logLoss', 'brier', 'ece', 'mae', 'rmse', 'mape', 'servingP99Ms', 'servingErrors'].map(metricDirection),
    ).toEqual(Array(8).fill('lower'));
    expect(['auc', 'prAuc', 'accuracy', 'f1', 'r2', 'macroF1'].map(metricDirection)).toEqual(Array(6).fill('higher'));
    expect(primaryMetric('binary-classification')).toBe('auc');
    expect(primaryMetric('regression')).toBe('rmse');
  });
});
