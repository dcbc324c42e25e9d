import { describe, expect, it } from 'vitest';
import { binaryRows, normal } from '../../../bench/drift/simulated-champion.ts';
import { computeMetrics } from '../../../src/evaluation/metrics.ts';
import { seededRandom } from '../../../src/evaluation/random.ts';
import { profileDays, type ScoredRows } from '../../../src/performance/day-totals.ts';
import { scoreReference } from '../../../src/performance/reference.ts';
import { answeredAs } from '../../../src/performance/statistic.ts';
import { merge, type PerformanceReference } from '../../../src/performance/totals.ts';
import { metricFromTotals } from '../../../src/performance/totals-metrics.ts';

describe('totals of days', () => {
  it('give the metrics of two classes: sums exactly, rankings to the width of a cell', () => {
    const rows = binaryRows(seededRandom(1), { days: 5, rowsPerDay: 800 });
    const found = metricsOf(reference('binary-classification', 2, rows));
    const exact = computeMetrics('binary-classification', rows.labels, scoresOf(rows), [0, 1]);
    for (const metric of ['accuracy', 'precision', 'recall', 'f1', 'logLoss', 'brier', 'classBalance'])
      expect(found(metric)).toBeCloseTo(exact[metric] as number, 10);
    expect(Math.abs(found('auc') - (exact.auc as number))).toBeLessThan(0.002);
    expect(Math.abs(found('prAuc') - (exact.prAuc as number))).toBeLessThan(0.01);
    expect(found('ece')).toBeLessThan((exact.ece as number) + 0.001);
  });

  it.each([0.21875, 0.3, 0.71, 0.50001])(
    'decide by the threshold of the champion itself, %s, also where scores lie on it',
    (yesFrom) => {
      const rows = binaryRows(seededRandom(1), { days: 5, rowsPerDay: 800 });
      const values = Array.from(scoresOf(rows).values, (p, row) => (row % 7 === 0 ? Math.fround(yesFrom) : p));
      const scores = { rows: values.length, width: 1, values, yesFrom: Math.fround(yesFrom) };
      const whole = reference('binary-classification', 2, { ...rows, scores });
      const exact = computeMetrics('binary-classification', rows.labels, scores, [0, 1]);
      const found = metricsOf(JSON.parse(JSON.stringify(whole)) as PerformanceReference);
      for (const metric of ['accuracy', 'precision', 'recall', 'f1', 'classBalance'])
        expect(found(metric)).toBeCloseTo(exact[metric] as number, 10);
      const yes = answeredAs(whole, 1).value(merge(whole.cells, whole.days));
      expect(yes).toBeCloseTo(exact.classBalance as number, 10);
    },
  );

  it('give the metrics of four classes exactly', () => {
    const rows = fourClasses();
    const found = metricsOf(reference('multiclass-classification', 4, rows));
    const exact = computeMetrics('multiclass-classification', rows.labels, scoresOf(rows), ['a', 'b', 'c', 'd']);
    for (const metric of ['accuracy', 'macroF1', 'logLoss'])
      expect(found(metric)).toBeCloseTo(exact[metric] as number, 10);
  });

  it('give the metrics of a regression exactly', () => {
    const rows = regression();
    const found = metricsOf(reference('regression', 1, rows));
    const exact = computeMetrics('regression', rows.labels, scoresOf(rows), []);
    for (const metric of ['mae', 'rmse', 'r2', 'mape']) expect(found(metric)).toBeCloseTo(exact[metric] as number, 8);
  });

  it('count what cannot be judged: rows without an answer, labels that the champion does not know, rows without a day', () => {
    const known = reference('binary-classification', 2, binaryRows(seededRandom(1), { days: 3, rowsPerDay: 100 }));
    const rows: ScoredRows = {
      labels: [1, 0, Number.NaN, Number.NaN, 7, 1],
      hasLabel: [1, 1, 0, 1, 1, 1],
      days: [9, 9, 9, 9, 9, Number.NaN],
      scores: { rows: 6, width: 1, values: [0.7, Number.NaN, 0.2, 0.3, 0.4, 0.9] },
    };
    expect(profileDays(known, rows)).toMatchObject([{ day: 9, rows: 4, unscored: 1, labelled: 1, unknownLabels: 2 }]);
    expect(profileDays(known, { ...rows, scores: null })).toMatchObject([{ rows: 0, unscored: 5, labelled: 0 }]);
  });

  it('hold the same for a slice as for its rows alone, values and ranges of numbers alike', () => {
    const rows = binaryRows(seededRandom(4), { days: 4, rowsPerDay: 500 });
    const origin = Array.from(rows.x, (_, row) => (row % 3 === 0 ? 'JFK' : 'EWR'));
    const whole = reference('binary-classification', 2, { ...rows, columns: { origin, x: Array.from(rows.x) } });
    expect(whole.slices.map(({ column }) => column).sort()).toEqual(['origin', 'origin', 'x', 'x', 'x', 'x']);
    const slice = merge(
      whole.cells,
      whole.days.flatMap((day) => day.slices['origin = JFK'] ?? []),
    );
    const jfk = origin.flatMap((value, row) => (value === 'JFK' ? [row] : []));
    const labels = jfk.map((row) => rows.labels[row] as number);
    const values = jfk.map((row) => scoresOf(rows).values[row] as number);
    const exact = computeMetrics('binary-classification', labels, { rows: jfk.length, width: 1, values }, [0, 1]);
    expect(metricFromTotals(whole.cells, 'logLoss', slice)).toBeCloseTo(exact.logLoss as number, 10);
    const quarters = whole.slices.filter(({ column }) => column === 'x').map(({ key }) => key);
    const inQuarters = quarters.map(
      (key) =>
        merge(
          whole.cells,
          whole.days.flatMap((day) => day.slices[key] ?? []),
        ).rows,
    );
    expect(inQuarters).toEqual([500, 500, 500, 500]);
  });

  it('survive JSON, so that a reference can be kept', () => {
    const whole = reference('regression', 1, regression());
    expect(JSON.parse(JSON.stringify(whole))).toEqual(whole);
  });

  it('have no reference where the champion failed on its hold-out or nothing is labelled', () => {
    const rows = binaryRows(seededRandom(1), { days: 3, rowsPerDay: 100 });
    expect(scoreReference('binary-classification', 2, { ...rows, scores: null })).toBeNull();
    const labels = new Float64Array(300).fill(Number.NaN);
    expect(scoreReference('binary-classification', 2, { ...rows, labels })).toBeNull();
  });
});

function reference(
  task: PerformanceReference['cells']['task'],
  classes: number,
  rows: ScoredRows,
): PerformanceReference {
  return scoreReference(task, classes, rows) as PerformanceReference;
}

function metricsOf({ cells, days }: PerformanceReference): (metric: string) => number {
  const whole = merge(cells, days);
  return (metric) => metricFromTotals(cells, metric, whole);
}

function scoresOf({ scores }: ScoredRows) {
  if (!scores) throw new Error('the rows have scores');
  return scores;
}

function fourClasses(): ScoredRows {
  const random = seededRandom(2);
  const values: number[] = [];
  const labels = Array.from({ length: 3_000 }, () => {
    const label = Math.floor(4 * random());
    const raw = [0, 1, 2, 3].map((at) => Math.exp(normal(random) + (at === label ? 1.2 : 0)));
    const sum = raw.reduce((a, b) => a + b, 0);
    values.push(...raw.map((value) => value / sum));
    return label;
  });
  return { labels, days: labels.map((_, row) => row % 7), scores: { rows: 3_000, width: 4, values } };
}

function regression(): ScoredRows {
  const random = seededRandom(3);
  const values = Array.from({ length: 2_000 }, () => 50 + 10 * normal(random));
  const labels = values.map((value) => value + 3 * normal(random));
  return { labels, days: labels.map((_, row) => row % 7), scores: { rows: 2_000, width: 1, values } };
}
