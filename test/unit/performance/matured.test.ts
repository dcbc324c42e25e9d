import { describe, expect, it } from 'vitest';
import { binaryRows } from '../../../bench/drift/simulated-champion.ts';
import { computeMetrics } from '../../../src/evaluation/metrics.ts';
import { seededRandom } from '../../../src/evaluation/random.ts';
import { type MaturedMetrics, measureMatured } from '../../../src/performance/matured.ts';
import { scoreReference } from '../../../src/performance/reference.ts';

const classes = [0, 1];

describe('metrics on matured labels', () => {
  it('are every metric of the task, exactly, with intervals around them', async () => {
    const { found, labels, scores } = await measured();
    const exact = computeMetrics('binary-classification', labels, scores, classes);
    expect(found.rows).toBe(labels.length);
    for (const { metric, value } of found.metrics) expect(value).toBeCloseTo(exact[metric] as number, 12);
    expect(found.metrics.map(({ metric }) => metric)).toEqual(Object.keys(exact));
    for (const { value, interval, metric } of found.metrics.filter((one) => one.metric !== 'ece')) {
      expect(interval?.low, metric).toBeLessThan(value as number);
      expect(interval?.high, metric).toBeGreaterThan(value as number);
    }
    expect(found.metrics.find(({ metric }) => metric === 'auc')?.reference).toBe(0.8);
  });

  it('are told by slice, with wider intervals, so that together they hold', async () => {
    const { found } = await measured();
    expect(found.slices.map(({ slice, rows }) => [slice.key, rows])).toEqual([
      ['origin = EWR', 2_000],
      ['origin = JFK', 1_000],
    ]);
    const [ewr] = found.slices;
    expect(ewr).toMatchObject({ metric: 'auc', tooLittle: null, interval: { confidence: 0.95 } });
    expect(Math.abs((ewr?.reference as number) - (ewr?.value as number))).toBeLessThan(0.05);
  });

  it('leave out rows without a label or a finite answer, and say when nothing can be said', async () => {
    const blank = await measured((label, row) => (row % 2 === 0 ? label : Number.NaN));
    expect(blank.found.rows).toBe(1_500);
    const none = await measured(() => Number.NaN);
    expect(none.found).toMatchObject({ rows: 0, tooLittle: 'needs 100 rows, has 0' });
    expect(none.found.metrics.every(({ value, interval }) => value === null && interval === null)).toBe(true);
    const one = await measured(() => 1);
    expect(one.found.tooLittle).toContain('two classes');
    expect(one.found.metrics.find(({ metric }) => metric === 'auc')?.value).toBeNull();
    const failed = await measured((label) => label, true);
    expect(failed.found.tooLittle).toBe('the champion failed on these rows');
  });
});

async function measured(relabel: (label: number, row: number) => number = (label) => label, failed = false) {
  const random = seededRandom(31);
  const sliced = (rows: ReturnType<typeof binaryRows>) => ({
    origin: Array.from(rows.x, (_, row) => (row % 3 === 0 ? 'JFK' : 'EWR')),
  });
  const before = binaryRows(random, { days: 14, rowsPerDay: 300 });
  const rows = binaryRows(random, { days: 10, rowsPerDay: 300, firstDay: 30 });
  const labels = Array.from(rows.labels, relabel);
  const scores = rows.scores;
  if (!scores) throw new Error('the rows have scores');
  const found: MaturedMetrics = await measureMatured({
    task: 'binary-classification',
    classes,
    labels,
    blocks: rows.days,
    scores: failed ? null : scores,
    columns: sliced(rows),
    reference: scoreReference('binary-classification', 2, { ...before, columns: sliced(before) }),
    referenceMetrics: { auc: 0.8 },
    metric: 'auc',
    seed: 1,
  });
  return { found, labels, scores };
}
