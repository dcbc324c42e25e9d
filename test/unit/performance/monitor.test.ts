import { describe, expect, it } from 'vitest';
import { binaryRows, classRows, regressionRows, type World } from '../../../bench/drift/simulated-champion.ts';
import { seededRandom } from '../../../src/evaluation/random.ts';
import { profileDays, type ScoredRows } from '../../../src/performance/day-totals.ts';
import { labelFindings, performanceFindings, predictionFindings } from '../../../src/performance/findings.ts';
import { labelDelay } from '../../../src/performance/label-delay.ts';
import { type MonitoredPerformance, monitorPerformance } from '../../../src/performance/monitor.ts';
import { predictionDrift } from '../../../src/performance/prediction-drift.ts';
import { scoreReference } from '../../../src/performance/reference.ts';
import type { PerformanceReference } from '../../../src/performance/totals.ts';

const calm: World = { days: 14, rowsPerDay: 400, dayEffect: 0.1 };

describe('a monitored champion', () => {
  it('gives rise to no finding while nothing changes', () => {
    const { monitored, predictions } = monitor({});
    expect([...performanceFindings(monitored), ...predictionFindings(predictions)]).toEqual([]);
    expect(monitored).toMatchObject({ matured: 40, whole: { verdict: 'held' }, reconciliation: { covered: 1 } });
  });

  it('is found to have fallen, by how much, since when, and in which slice', () => {
    const { monitored } = monitor({ concept: 2 });
    const found = performanceFindings(monitored);
    expect(found[0]).toMatchObject({
      kind: 'performance',
      code: 'fell',
      column: null,
      segment: null,
      severity: 'critical',
    });
    expect(found[0]?.says).toMatch(
      /^logLoss 0\.\d+ → \d\.\d+ over .* to 1970-02-10, \d+ rows \(worse by 0\.\d+, matters from 0.05; p/,
    );
    expect(found.map(({ segment }) => segment)).toContain('origin = JFK');
    expect(found.map(({ code }) => code)).toContain('calibration-surplus');
  });

  it('keeps what is estimated apart from what is realised: labels not yet due are estimated only', () => {
    const { monitored } = monitor({ concept: 2 });
    expect(monitored.estimate).toMatchObject({ metric: 'logLoss', from: 41, to: 45 });
    expect(monitored.estimate?.estimated).toBeLessThan(0.6);
    expect(monitored.whole.look?.value).toBeGreaterThan(0.7);
    expect(monitored.whole.look?.to).toBeLessThanOrEqual(40);
  });

  it('is expected to fall when the scores foretell it, as a warning and no more', () => {
    const { monitored, predictions } = monitor({ shift: 1 });
    const foretold = performanceFindings(monitored).find(({ code }) => code === 'expected-to-fall');
    expect(foretold).toMatchObject({ severity: 'warning' });
    expect(foretold?.says).toContain('estimated logLoss');
    expect(predictionFindings(predictions).map(({ code }) => code)).toContain('score-moved');
  });

  it('has moved its predictions: level, class shares, distances', () => {
    const { predictions } = monitor({ shift: 1 });
    expect(predictions.level.verdict).toBe('changed');
    expect(predictions.classes).toMatchObject([{ class: 'late', watched: { verdict: 'changed' } }]);
    expect(predictions.distance.ks).toBeGreaterThan(0.3);
    expect(predictions.distance.w1).toBeGreaterThan(0.8);
    expect(predictions.distance.psi).toBeGreaterThan(0.5);
    expect(predictionFindings(predictions)[0]).toMatchObject({
      kind: 'prediction',
      code: 'score-moved',
      severity: 'critical',
    });
  });

  it('says when it gives no finite answers, and judges nothing by them', () => {
    const { monitored, predictions } = monitor({}, (rows) => ({ ...rows, scores: null }));
    expect(predictionFindings(predictions)).toMatchObject([{ code: 'unanswered', severity: 'critical', size: 1 }]);
    expect(performanceFindings(monitored)).toEqual([]);
    expect(monitored.whole.verdict).toBe('inconclusive');
  });

  it('can have more classes, or be a regression', () => {
    for (const { task, classes, rows, metric } of [
      { task: 'multiclass-classification' as const, classes: 3, rows: classRows, metric: 'accuracy' },
      { task: 'regression' as const, classes: 1, rows: regressionRows, metric: 'rmse' },
    ]) {
      const reference = scoreReference(task, classes, rows(seededRandom(1), 0, 1)) as PerformanceReference;
      const days = profileDays(reference, rows(seededRandom(2), 20, 1));
      const shared = { reference, days, maturedThrough: 30, metric, drop: metric === 'rmse' ? 0.2 : 0.05, alpha: 5e-4 };
      expect(monitorPerformance(shared).whole.verdict).toBe('held');
      const calm = predictionDrift(reference, days, { alpha: 5e-4, window: 7, classes: ['a', 'b', 'c'] });
      expect(predictionFindings(calm)).toEqual([]);
      const wrong = profileDays(reference, spoiled(rows(seededRandom(2), 20, 1)));
      expect(performanceFindings(monitorPerformance({ ...shared, days: wrong })).map(({ code }) => code)).toContain(
        'fell',
      );
    }
  });
});

describe('facts about labels', () => {
  it('become findings when many are overdue or unknown', () => {
    const labels = Array.from({ length: 100 }, (_, row) => (row < 60 ? 1 : Number.NaN));
    const days = labels.map(() => 3);
    const delay = labelDelay({ labels, days }, { asOf: 9, maturesAfter: 2 });
    const [day] = profileDays(calmReference(), {
      labels: labels.map(() => 9),
      days,
      scores: { rows: 100, width: 1, values: labels.map(() => 0.5) },
    });
    expect(labelFindings(delay, day ? [day] : [])).toMatchObject([
      {
        code: 'labels-late',
        severity: 'warning',
        says: '40 % of rows whose label is due have none (oldest 1970-01-04)',
      },
      { code: 'unknown-labels', severity: 'warning', says: '100 rows have a label that the champion does not know' },
    ]);
    expect(labelFindings({ ...delay, overdue: 0 }, [])).toEqual([]);
  });
});

function monitor(now: Partial<World>, spoil: (rows: ScoredRows) => ScoredRows = (rows) => rows) {
  const reference = calmReference();
  const after = binaryRows(seededRandom(42), { ...calm, days: 26, firstDay: 20, ...now });
  const days = profileDays(reference, spoil(withOrigin(after)));
  const input = { reference, days, maturedThrough: 40, metric: 'logLoss', drop: 0.05, alpha: 5e-4 };
  const monitored: MonitoredPerformance = monitorPerformance(input);
  return {
    monitored,
    predictions: predictionDrift(reference, days, { alpha: 5e-4, window: 7, classes: ['on time', 'late'] }),
  };
}

function calmReference(): PerformanceReference {
  const rows = withOrigin(binaryRows(seededRandom(41), calm));
  return scoreReference('binary-classification', 2, rows) as PerformanceReference;
}

function withOrigin(rows: ScoredRows): ScoredRows {
  return { ...rows, columns: { origin: Array.from(rows.labels, (_, row) => (row % 3 === 0 ? 'JFK' : 'EWR')) } };
}

/** Labels of the row before. */
function spoiled(rows: ScoredRows): ScoredRows {
  return { ...rows, labels: Array.from(rows.labels, (_, row) => rows.labels[Math.max(0, row - 1)] as number) };
}
