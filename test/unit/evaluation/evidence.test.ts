import { describe, expect, it } from 'vitest';
import { coarseBlocks, timeBlocks } from '../../../src/evaluation/blocks.ts';
import { gatherEvidence } from '../../../src/evaluation/evidence.ts';
import { type Random, seededRandom } from '../../../src/evaluation/random.ts';

const ninety = { stated: 0.9, single: 0.9 };

describe('paired intervals', () => {
  it('covers the true difference of two AUCs about as often as it says', async () => {
    const random = seededRandom(99);
    // What two models of these skills differ by in the long run.
    const truth = await differenceOf(random, 400_000);
    let covered = 0;
    const runs = 200;
    for (let run = 0; run < runs; run += 1) {
      const { low, high } = await differenceOf(random, 300);
      if (low <= truth.point && truth.point <= high) covered += 1;
    }
    // 90 % stated; three standard errors of 200 runs are 6.4 %.
    expect(covered / runs).toBeGreaterThan(0.84);
    expect(covered / runs).toBeLessThan(0.97);
  });

  it('is narrower for a pair of models than for models on separate rows', async () => {
    const { low, high, single } = await differenceOf(seededRandom(4), 2_000);
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

  it('stay whole days while there are three, and keep the names of the days', () => {
    const day = Array.from(rows, (row) => 700 + Math.floor(row / 40));
    expect(timeBlocks(rows, day)).toEqual({
      block: Int32Array.from(rows, (row) => Math.floor(row / 40)),
      blocks: 3,
      names: Float64Array.from([700, 701, 702]),
    });
  });

  it('are cut into runs of consecutive rows when there are fewer days', () => {
    const day = Array.from(rows, (row) => Math.floor(row / 60));
    const { block, blocks, names } = timeBlocks(rows, day);
    expect(blocks).toBe(20);
    expect([...block]).toEqual([...block].sort((a, b) => a - b));
    expect(new Set(names).size).toBe(20);
  });

  it('are neighbouring days together when there are very many', () => {
    const day = Array.from({ length: 1_000 }, (_, row) => row);
    const coarse = coarseBlocks(day);
    expect(new Set(Array.from(coarse)).size).toBe(60);
    expect(Array.from(coarse)).toEqual(Array.from(coarse).sort((a, b) => a - b));
    expect(coarseBlocks(day.slice(0, 60))).toEqual(day.slice(0, 60));
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
async function differenceOf(random: Random, rows: number): Promise<Difference> {
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
  });
  const { low, high } = evidence.differenceInterval(0, 1, 'auc', ninety) ?? { low: 0, high: 0 };
  const widths = [0, 1].map((model) => {
    const interval = evidence.interval(model, 'auc', ninety);
    return (interval?.high ?? 0) - (interval?.low ?? 0);
  });
  const point = (evidence.metrics(0)?.auc ?? 0) - (evidence.metrics(1)?.auc ?? 0);
  return { point, low, high, single: (widths[0] ?? 0) + (widths[1] ?? 0) };
}
