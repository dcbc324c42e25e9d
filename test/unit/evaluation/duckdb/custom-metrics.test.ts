import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CustomMetric, measureCustom } from '../../../../src/evaluation/custom-metric.ts';
import { duckdbCustomMetrics } from '../../../../src/evaluation/duckdb/custom-metrics.ts';
import { measureRows } from '../../../../src/evaluation/metrics.ts';
import { seededRandom } from '../../../../src/evaluation/random.ts';

const port = duckdbCustomMetrics({ tempFolder: join(tmpdir(), 'perennial-custom-metrics'), threads: 1 });
const metric = (sql: string): CustomMetric => ({ name: 'mine', sql, better: 'lower' });

describe('a metric of the plan', () => {
  it.each([undefined, 0.3])(
    'that is written as a built-in one equals it, in value and in what each block does to it (yes from %s)',
    async (yesFrom) => {
      const rows = binaryRows(600);
      const scored = { ...rows, scores: { ...rows.scores, yesFrom } };
      const built = measureRows(scored, scored);
      const found = await measureCustom(
        port,
        [
          metric('sum(weight * (score - label) ** 2) / sum(weight)'),
          metric('avg(weight * abs(label - prediction)) / avg(weight)'),
        ],
        scored,
      );
      const brier = built.names.indexOf('brier');
      expect(found.values[0]).toBeCloseTo(built.values[brier] as number, 12);
      found.influences[0]?.forEach((value, block) => {
        expect(value).toBeCloseTo(built.influences[brier]?.[block] as number, 12);
      });
      expect(found.values[1]).toBeCloseTo(1 - (built.values[built.names.indexOf('accuracy')] as number), 12);
    },
  );

  it('sees the names of several classes, and the values of a regression', async () => {
    const rows = Int32Array.from([0, 1, 2]);
    const part = { rows, block: new Int32Array(3), blocks: 1, weights: null };
    const several = await measureCustom(
      port,
      [metric("avg(CASE WHEN label = 'b' AND prediction = 'a' THEN 5 ELSE 0 END)")],
      {
        ...part,
        task: 'multiclass-classification',
        classes: ['a', 'b'],
        labels: [1, 0, 1],
        scores: { rows: 3, width: 2, values: [0.9, 0.1, 0.9, 0.1, 0.2, 0.8] },
      },
    );
    expect(several.values[0]).toBeCloseTo(5 / 3, 12);
    const regression = await measureCustom(port, [metric('quantile_cont(abs(label - prediction), 0.5)')], {
      ...part,
      task: 'regression',
      classes: [],
      labels: [1, 2, 3],
      scores: { rows: 3, width: 1, values: [1, 4, 4] },
    });
    expect(regression.values[0]).toBe(1);
  });

  it('is not defined where SQL answers null or no finite number', async () => {
    const scored = binaryRows(50);
    const found = await measureCustom(
      port,
      [metric('sum(label) / nullif(sum(0 * label), 0)'), metric("avg(score) + 'infinity'::DOUBLE")],
      scored,
    );
    expect([...found.values]).toEqual([Number.NaN, Number.NaN]);
  });

  it.each([
    ['a file', "avg((SELECT count(*) FROM read_csv('/etc/passwd')))", /subquery/],
    ['a table of its own', 'avg(x) FROM (SELECT 1 AS x) --', /./],
    ['a second statement', 'avg(label)); DROP TABLE scored; SELECT (1', /./],
    ['two values', 'avg(label), avg(score)', /more than one value/],
    ['a condition on the rows', 'avg(label)) FROM scored WHERE (score > 0', /./],
    ['no aggregate', 'label + 1', /no aggregate/],
    ['chance', 'avg(label * random())', /random\(\)/],
    ['the clock', 'avg(label) + epoch(now())', /now\(\)/],
    ['a setting', "avg(label) + length(current_setting('temp_directory'))", /current_setting/],
    ['an unknown column', 'avg(carrier)', /column carrier/],
    ['the block it is counted in', 'avg(block)', /column block/],
    ['a window', 'avg(label) OVER ()', /window/],
    ['no SQL', 'avg(label', /./],
  ])('with %s is refused', async (_, sql, why) => {
    await expect(measureCustom(port, [metric(sql)], binaryRows(40))).rejects.toMatchObject({
      code: 'PRN-EVALUATION-006',
      message: expect.stringMatching(why),
    });
  });

  it('that fails on the rows says so', async () => {
    await expect(
      measureCustom(port, [metric("sum(CAST('x' || label AS INTEGER))")], binaryRows(40)),
    ).rejects.toMatchObject({ code: 'PRN-EVALUATION-007' });
  });
});

function binaryRows(count: number) {
  const random = seededRandom(count);
  const rows = Int32Array.from({ length: count }, (_, row) => row);
  const labels = Array.from(rows, () => (random() < 0.4 ? 1 : 0));
  return {
    task: 'binary-classification' as const,
    classes: ['no', 'yes'],
    labels,
    scores: { rows: count, width: 1, values: labels.map((label) => 0.3 * label + 0.7 * random()) },
    weights: Array.from(rows, () => 0.5 + random()),
    rows,
    block: rows.map((row) => Math.floor((row * 5) / count)),
    blocks: 5,
  };
}
