import { describe, expect, it } from 'vitest';
import { percentileInterval, resamplingBlocks } from '../../../src/evaluation/bootstrap.ts';
import { gatherEvidence } from '../../../src/evaluation/evidence.ts';
import { type Random, seededRandom } from '../../../src/evaluation/random.ts';

const ninety = { stated: 0.9, single: 0.9 };

describe('the paired bootstrap', () => {
  it('covers the true difference of two AUCs about as often as it says', async () => {
    const random = seededRandom(99);
    // What two models of these skills differ by in the long run.
    const truth = await differenceOf(random, 400_000, 2);
    let covered = 0;
    const runs = 200;
    for (let run = 0; run < runs; run += 1) {
      const { low, high } = await differenceOf(random, 300, 200);
      if (low <= truth.point && truth.point <= high) covered += 1;
    }
    // 90 % stated; three standard errors of 200 runs are 6.4 %.
    expect(covered / runs).toBeGreaterThan(0.84);
    expect(covered / runs).toBeLessThan(0.97);
  });

  it('needs under two seconds for 30,000 rows, 1,000 resamples and two models', async () => {
    const random = seededRandom(5);
    const started = process.cpuUsage();
    await differenceOf(random, 30_000, 1_000);
    // Processor time, and twice the goal: the tests share the machine.
    expect(process.cpuUsage(started).user / 1_000).toBeLessThan(4_000);
  });

  it('is narrower for a pair of models than for models on separate rows', async () => {
    const { low, high, single } = await differenceOf(seededRandom(4), 2_000, 300);
    expect(high - low).toBeLessThan(single);
  });

  it('widens when whole days differ', async () => {
    const rows = 1_400;
    const labels = Array.from({ length: rows }, (_, row) => 10 + (row % 7));
    const dayEffect = (row: number): number => (Math.floor(row / 100) % 2 === 0 ? 1 : -0.2);
    const values = labels.map((label, row) => label + dayEffect(row));
    const width = async (blocks: number[]): Promise<number> => {
      const evidence = await gatherEvidence({
        holdout: { task: 'regression', labels, classes: [], blocks },
        rows: Int32Array.from(labels, (_, row) => row),
        scores: [{ rows, width: 1, values }],
        random: seededRandom(1),
      });
      const interval = evidence.interval(0, 'mae', ninety);
      return (interval?.high ?? 0) - (interval?.low ?? 0);
    };
    const byDay = await width(labels.map((_, row) => Math.floor(row / 100)));
    const byRow = await width(labels.map((_, row) => row));
    expect(byDay).toBeGreaterThan(5 * byRow);
  });
});

describe('blocks', () => {
  const rows = Int32Array.from({ length: 120 }, (_, row) => row);

  it('stay whole days while there are ten, and are numbered from zero', () => {
    const day = Array.from(rows, (row) => 700 + Math.floor(row / 10));
    expect(resamplingBlocks(rows, day)).toEqual({
      block: Int32Array.from(rows, (row) => Math.floor(row / 10)),
      blocks: 12,
    });
  });

  it('are cut into runs of consecutive rows when there are fewer days', () => {
    const { block, blocks } = resamplingBlocks(
      rows,
      Array.from(rows, (row) => Math.floor(row / 60)),
    );
    expect(blocks).toBe(20);
    expect([...block]).toEqual([...block].sort((a, b) => a - b));
  });
});

describe('the percentile interval', () => {
  it('takes wider tails for few blocks and tends to the plain percentiles for many', () => {
    const draws = Float64Array.from({ length: 1_001 }, (_, at) => at / 1_000);
    const few = percentileInterval(draws, 0.9, 10);
    const many = percentileInterval(draws, 0.9, 100_000);
    expect(many?.low).toBeCloseTo(0.05, 3);
    // t of 9 degrees is 1.833; Phi(-1.833 * sqrt(10 / 9)) = 0.0267.
    expect(few?.low).toBeCloseTo(0.0267, 3);
    expect(few?.high).toBeCloseTo(1 - 0.0267, 3);
  });

  it('is missing when the metric is not defined on many resamples, or there is one block', () => {
    const draws = Float64Array.from({ length: 100 }, (_, at) => (at < 6 ? Number.NaN : at));
    expect(percentileInterval(draws, 0.9, 50)).toBeNull();
    expect(percentileInterval(draws.subarray(2), 0.9, 50)).not.toBeNull();
    expect(percentileInterval(draws.subarray(6), 0.9, 1)).toBeNull();
  });
});

interface Difference {
  readonly point: number;
  readonly low: number;
  readonly high: number;
  /** Width of the sum of both models' own intervals. */
  readonly single: number;
}

/** Two related models on fresh rows, in blocks of consecutive rows. */
async function differenceOf(random: Random, rows: number, resamples: number): Promise<Difference> {
  const labels = new Float64Array(rows);
  const [a, b] = [new Float32Array(rows), new Float32Array(rows)];
  for (let row = 0; row < rows; row += 1) {
    const label = random() < 0.4 ? 1 : 0;
    const shared = random();
    labels[row] = label;
    a[row] = 0.4 * label + 0.4 * shared + 0.2 * random();
    b[row] = 0.3 * label + 0.4 * shared + 0.3 * random();
  }
  const evidence = await gatherEvidence({
    holdout: {
      task: 'binary-classification',
      labels,
      classes: [0, 1],
      blocks: labels.map((_, row) => Math.floor((row * 50) / rows)),
    },
    rows: Int32Array.from(labels, (_, row) => row),
    scores: [a, b].map((values) => ({ rows, width: 1, values })),
    random,
    resamples,
  });
  const { low, high } = evidence.differenceInterval(0, 1, 'auc', ninety) ?? { low: 0, high: 0 };
  const widths = [0, 1].map((model) => {
    const interval = evidence.interval(model, 'auc', ninety);
    return (interval?.high ?? 0) - (interval?.low ?? 0);
  });
  const point = (evidence.metrics(0)?.auc ?? 0) - (evidence.metrics(1)?.auc ?? 0);
  return { point, low, high, single: (widths[0] ?? 0) + (widths[1] ?? 0) };
}
