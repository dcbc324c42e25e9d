import { describe, expect, it } from 'vitest';
import { measurePerformance } from '../../../src/drift/performance.ts';
import { seededRandom } from '../../../src/evaluation/random.ts';

describe('the champion on rows whose labels have arrived', () => {
  it('fell when it lost more than the limit and the interval excludes the reference', async () => {
    const found = await measure({ rows: 4_000, skill: 0.3, reference: 0.9, drop: 0.02 });
    expect(found).toMatchObject({ verdict: 'fell', labelled: 4_000, waitingForLabels: 7, reference: 0.9 });
    expect(found.interval?.high).toBeLessThan(0.9);
    expect(found.interval?.low).toBeLessThan(found.current as number);
  });

  it('held when the loss is smaller than the limit, however certain', async () => {
    const { current } = await measure({ rows: 4_000, skill: 0.3, reference: 0.9, drop: 0.02 });
    expect(
      (await measure({ rows: 4_000, skill: 0.3, reference: (current as number) + 0.019, drop: 0.02 })).verdict,
    ).toBe('held');
  });

  it('is inconclusive when a large loss may be chance, when there are too few labels, and without a reference', async () => {
    const { current } = await measure({ rows: 150, skill: 0.3, reference: 0.8, drop: 0.02 });
    const close = { rows: 150, skill: 0.3, reference: (current as number) + 0.025, drop: 0.02 };
    expect((await measure(close)).verdict).toBe('inconclusive');
    expect((await measure({ ...close, rows: 99, reference: 1 })).verdict).toBe('inconclusive');
    expect((await measure({ ...close, rows: 500, reference: null })).verdict).toBe('inconclusive');
    expect(await measure({ ...close, rows: 0 })).toMatchObject({
      verdict: 'inconclusive',
      current: null,
      interval: null,
    });
  });

  it('takes a rise of a loss for a fall of performance', async () => {
    const found = await measure({ rows: 4_000, skill: 0.3, reference: 0.2, drop: 0.02, metric: 'logLoss' });
    expect(found.verdict).toBe('fell');
  });

  it('refuses a metric that the task does not have', async () => {
    await expect(measure({ rows: 10, skill: 1, reference: 1, drop: 0.1, metric: 'rmse' })).rejects.toMatchObject({
      code: 'PRN-DRIFT-002',
    });
  });
});

function measure(case_: {
  readonly rows: number;
  readonly skill: number;
  readonly reference: number | null;
  readonly drop: number;
  readonly metric?: string;
}) {
  const random = seededRandom(5);
  const labels: number[] = [];
  const values: number[] = [];
  for (let row = 0; row < case_.rows; row += 1) {
    const label = random() < 0.4 ? 1 : 0;
    labels.push(label);
    values.push(case_.skill * label + (1 - case_.skill) * random());
  }
  const blocks = labels.map((_, row) => Math.floor((row * 14) / labels.length));
  const scores = { rows: labels.length, width: 1, values };
  return measurePerformance({
    task: 'binary-classification',
    classes: [0, 1],
    metric: 'auc',
    waitingForLabels: 7,
    seed: 1,
    ...{ labels, scores, blocks },
    ...case_,
  });
}
