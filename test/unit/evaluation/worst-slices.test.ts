import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/evaluation/random.ts';
import { quantileCuts, rangeName } from '../../../src/evaluation/search-columns.ts';
import { findWorstSlices } from '../../../src/evaluation/worst-slices.ts';

const rules = { atLeastRows: 100, pairs: true, show: 3 };

describe('the search for the worst slices', () => {
  it('finds the planted pair of values where the challenger loses, first, and shows the loss', async () => {
    const scene = makeScene((row) => row.carrier === 'B' && row.origin === 'X');
    const [first] = await findWorstSlices({ ...scene, rules });
    expect(first?.against).toBe('champion');
    expect(first?.where).toEqual([
      { column: 'carrier', value: 'B' },
      { column: 'origin', value: 'X' },
    ]);
    expect(first?.interval.low).toBeGreaterThan(0);
    expect(first?.challenger).toBeLessThan(first?.champion as number);
  });

  it('finds a range of a numeric column', async () => {
    const scene = makeScene((row) => row.hour >= 19.2);
    const [first] = await findWorstSlices({ ...scene, rules: { ...rules, pairs: false } });
    expect(first?.where).toHaveLength(1);
    expect(first?.where[0]?.column).toBe('hour');
    expect(Number(first?.where[0]?.value.replace('≥ ', ''))).toBeCloseTo(19.2, 0);
  });

  it('shows nothing where nothing was planted, although it has looked at many slices', async () => {
    let shown = 0;
    for (let seed = 1; seed <= 20; seed += 1) {
      const found = await findWorstSlices({ ...makeScene(() => false, seed), rules });
      shown += Number(found.some(({ against, interval }) => against === 'champion' && interval.low > 0));
    }
    expect(shown).toBeLessThanOrEqual(3);
  });

  it('leaves thin slices out, and tells of no more than it is asked for', async () => {
    const scene = makeScene((row) => row.carrier === 'B');
    const found = await findWorstSlices({ ...scene, rules: { atLeastRows: 700, pairs: true, show: 1 } });
    expect(found.every(({ n }) => n >= 700)).toBe(true);
    expect(found.filter(({ against }) => against === 'champion').length).toBeLessThanOrEqual(1);
  });
});

describe('ranges', () => {
  it('hold their lower cut, and what is no number is missing', () => {
    expect([null, -1, 0, 4.9, 5, 'x', '7'].map((value) => rangeName(value, [0, 5]))).toEqual([
      '(missing)',
      '< 0',
      '0 to < 5',
      '0 to < 5',
      '≥ 5',
      '(missing)',
      '≥ 5',
    ]);
  });

  it('of quantiles hold about as many rows each, and are fewer where values are equal', () => {
    expect(quantileCuts([1, 2, 3, 4, 5, 6, 7, 8], 4)).toEqual([3, 5, 7]);
    expect(quantileCuts([1, 1, 1, 1, 1, 1, 1, 9], 4)).toEqual([]);
  });
});

interface Row {
  readonly carrier: string;
  readonly origin: string;
  readonly hour: number;
}

/** Two models of the same skill; the challenger knows nothing in the planted rows. */
function makeScene(planted: (row: Row) => boolean, seed = 1) {
  const random = seededRandom(seed);
  const rows = Array.from({ length: 4_000 }, () => ({
    carrier: 'ABCD'[Math.floor(4 * random())] as string,
    origin: 'XYZ'[Math.floor(3 * random())] as string,
    hour: 24 * random(),
  }));
  const labels = rows.map(() => (random() < 0.4 ? 1 : 0));
  const skilled = (label: number): number => 0.15 + 0.4 * label + 0.3 * random();
  const champion = labels.map(skilled);
  const challenger = labels.map((label, at) => (planted(rows[at] as Row) ? 0.2 + 0.6 * random() : skilled(label)));
  const scores = (values: number[]) => ({ rows: values.length, width: 1, values });
  return {
    holdout: {
      task: 'binary-classification' as const,
      labels,
      classes: [0, 1],
      blocks: labels.map((_, at) => Math.floor(at / 286)),
    },
    candidate: scores(challenger),
    champion: scores(champion),
    columns: (['carrier', 'origin', 'hour'] as const).map((name) => ({ name, values: rows.map((row) => row[name]) })),
    seed: 1,
  };
}
