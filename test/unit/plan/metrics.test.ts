import { describe, expect, test } from 'vitest';
import { metricDirection, metricsOf, servingMetrics } from '../../../src/evaluation/metrics.ts';
import { gateOnlyMetrics } from '../../../src/plan/gate-metrics.ts';
import { gateMetrics, metricLimits, qualityMetrics } from '../../../src/plan/metrics.ts';
import { directionOf } from '../../../src/sweep/direction.ts';

const tasks = ['binary-classification', 'multiclass-classification', 'regression'] as const;

describe('the metrics that a model file may name', () => {
  test.each(tasks)('are for %s those that the evaluation computes', (task) => {
    expect(qualityMetrics(task).toSorted()).toEqual(metricsOf(task).toSorted());
    expect(gateMetrics(task)).toEqual([...qualityMetrics(task), ...servingMetrics, ...gateOnlyMetrics(task)]);
  });

  test.each(tasks)('of %s are swept in the direction in which they are judged', (task) => {
    for (const metric of [...qualityMetrics(task), ...servingMetrics]) {
      expect(directionOf(metric), metric).toBe(metricDirection(metric) === 'higher' ? 'maximize' : 'minimize');
    }
  });

  test('have limits that their best and worst values keep', () => {
    expect(metricLimits('auc')).toEqual({ low: 0, high: 1 });
    expect(metricLimits('r2')).toEqual({ low: -Infinity, high: 1 });
    expect(metricLimits('servingP99Ms')).toEqual({ low: 0, high: Infinity });
  });
});
