import { describe, expect, it } from 'vitest';
import { binaryDays, binaryReference, classRows, regressionRows } from '../../../bench/drift/simulated-champion.ts';
import { seededRandom } from '../../../src/evaluation/random.ts';
import { profileDays } from '../../../src/performance/day-totals.ts';
import { type Estimator, estimable, estimate, estimatorOf } from '../../../src/performance/estimate.ts';
import { reconcile } from '../../../src/performance/reconcile.ts';
import { scoreReference } from '../../../src/performance/reference.ts';
import { merge } from '../../../src/performance/totals.ts';
import { metricFromTotals } from '../../../src/performance/totals-metrics.ts';

const day = { days: 14, rowsPerDay: 400, dayEffect: 0.1 };

describe('an estimate of performance before labels arrive', () => {
  it('lies around what comes true as its interval says, though the inputs moved', () => {
    let [inside, all] = [0, 0];
    for (const shift of [-0.5, 0.5, 1]) {
      const random = seededRandom(11);
      const estimator = estimatorFor(random);
      const days = binaryDays(random, estimator.reference, { ...day, days: 20, firstDay: 30, shift });
      for (const metric of estimable(estimator.reference)) {
        const { windows } = reconcile(estimator, metric, days);
        inside += windows.filter((window) => window.inside).length;
        all += windows.length;
      }
    }
    expect(all).toBe(3 * 20 * 9);
    expect(inside / all).toBeGreaterThanOrEqual(0.93);
  });

  it('is the realised value on the hold-out itself, but for what calibration smoothes', () => {
    const estimator = estimatorFor(seededRandom(18));
    const { cells, days } = estimator.reference;
    for (const metric of ['logLoss', 'accuracy', 'recall', 'f1', 'brier'])
      expect(estimate(estimator, metric, days)?.estimated).toBeCloseTo(
        metricFromTotals(cells, metric, merge(cells, days)),
        2,
      );
  });

  it('follows the inputs: more doubtful rows, a larger loss', () => {
    const random = seededRandom(12);
    const estimator = estimatorFor(random);
    const before = estimate(estimator, 'logLoss', estimator.reference.days)?.estimated as number;
    const doubtful = binaryDays(random, estimator.reference, { ...day, firstDay: 30, shift: 0.8 });
    expect(estimate(estimator, 'logLoss', doubtful)?.estimated).toBeGreaterThan(before + 0.03);
  });

  it('does not see scores that lost their meaning, and the comparison with what came true says so', () => {
    const random = seededRandom(13);
    const estimator = estimatorFor(random);
    const days = binaryDays(random, estimator.reference, { ...day, firstDay: 30, concept: 1.5 });
    const { covered, bias } = reconcile(estimator, 'logLoss', days);
    expect(covered).toBeLessThan(0.2);
    expect(bias).toBeGreaterThan(0.1);
  });

  it('depends on answers alone: labels that come later change nothing', () => {
    const random = seededRandom(14);
    const estimator = estimatorFor(random);
    const days = binaryDays(random, estimator.reference, { ...day, days: 3, firstDay: 30 });
    const unlabelled = days.map((one) => ({
      ...one,
      labelled: 0,
      outcomes: one.outcomes.map(() => 0),
      moments: [0, 0, 0],
    }));
    expect(estimate(estimator, 'auc', unlabelled)).toEqual(estimate(estimator, 'auc', days));
  });

  it('corrects a champion that was overconfident on its hold-out already', () => {
    const random = seededRandom(15);
    const estimator = estimatorFor(random, 2);
    const days = binaryDays(random, estimator.reference, { ...day, firstDay: 30, confidence: 2 });
    const { bias, covered } = reconcile(estimator, 'logLoss', days);
    expect(Math.abs(bias as number)).toBeLessThan(0.03);
    expect(covered).toBeGreaterThanOrEqual(0.9);
  });

  it('says when scores are of a kind that the hold-out did not have', () => {
    const random = seededRandom(16);
    const estimator = estimatorFor(random);
    const days = binaryDays(random, estimator.reference, { ...day, firstDay: 30, shift: 6 });
    expect(estimate(estimator, 'logLoss', days)?.supported).toBeLessThan(0.5);
    expect(estimate(estimator, 'logLoss', estimator.reference.days)?.supported).toBeGreaterThan(0.95);
  });

  it('works for more classes and for regressions', () => {
    const classes = estimatorOfRows('multiclass-classification', 3, (from, noise) =>
      classRows(seededRandom(from + 1), from, noise),
    );
    const values = estimatorOfRows('regression', 1, (from, noise) =>
      regressionRows(seededRandom(from + 1), from, noise),
    );
    for (const { estimator, later, metrics } of [
      { ...classes, metrics: ['accuracy', 'logLoss', 'macroF1'] },
      { ...values, metrics: ['mae', 'rmse'] },
    ]) {
      expect(estimable(estimator.reference)).toEqual(expect.arrayContaining(metrics));
      for (const metric of metrics) expect(reconcile(estimator, metric, later).covered).toBeGreaterThanOrEqual(0.85);
    }
    expect(estimate(values.estimator, 'r2', values.later)).toBeNull();
  });

  it('is not made without rows, of calibration error, or from fewer than three days', () => {
    const estimator = estimatorFor(seededRandom(17));
    expect(estimate(estimator, 'auc', [])).toBeNull();
    expect(estimate(estimator, 'ece', estimator.reference.days)).toBeNull();
    expect(estimatorOf({ ...estimator.reference, days: estimator.reference.days.slice(0, 2) })).toBeNull();
  });
});

function estimatorFor(random: () => number, confidence = 1): Estimator {
  return estimatorOf(binaryReference(random, { ...day, confidence })) as Estimator;
}

function estimatorOfRows(
  task: 'multiclass-classification' | 'regression',
  classes: number,
  rows: (firstDay: number, noise: number) => ReturnType<typeof classRows>,
) {
  const reference = scoreReference(task, classes, rows(0, 1));
  if (!reference) throw new Error('the simulated hold-out has labels');
  return { estimator: estimatorOf(reference) as Estimator, later: profileDays(reference, rows(30, 0.7)) };
}
