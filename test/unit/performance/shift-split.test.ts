import { describe, expect, it } from 'vitest';
import { binaryRows, type World } from '../../../bench/drift/simulated-champion.ts';
import { seededRandom } from '../../../src/evaluation/random.ts';
import { lossOfRows } from '../../../src/performance/row-loss.ts';
import { type LossRows, splitShift } from '../../../src/performance/shift-split.ts';

const calm: World = { days: 14, rowsPerDay: 300 };
const options = { features: ['x', 'noise', 'name'], atLeast: 0.02, seed: 1 };

describe('a change of the loss', () => {
  it('is put down to the inputs when only they moved', () => {
    const split = splitShift(rows(1, {}), rows(2, { shift: 0.7 }), options);
    expect(split).toMatchObject({ verdict: 'covariate', by: 'features' });
    expect(split?.covariate.value).toBeGreaterThan(0.05);
    expect(Math.abs(split?.concept.value as number)).toBeLessThan(0.02);
  });

  it('is put down to the meaning when the same inputs are lost more on', () => {
    const split = splitShift(rows(1, {}), rows(2, { concept: 1.2 }), options);
    expect(split).toMatchObject({ verdict: 'concept', by: 'features' });
    expect(Math.abs(split?.covariate.value as number)).toBeLessThan(0.02);
  });

  it('is put down to both when both moved, and the parts add up', () => {
    const split = splitShift(rows(1, {}), rows(2, { shift: 0.7, concept: 1.2 }), options);
    expect(split?.verdict).toBe('both');
    expect((split?.covariate.value ?? 0) + (split?.concept.value ?? 0)).toBeCloseTo(
      split?.total.value ?? Number.NaN,
      10,
    );
  });

  it('is none when nothing moved', () => {
    expect(splitShift(rows(1, {}), rows(2, {}), options)?.verdict).toBe('neither');
  });

  it('is inconclusive when the reference has no rows like those of today', () => {
    const split = splitShift(rows(1, {}), rows(2, { shift: 6 }), options);
    expect(split).toMatchObject({ verdict: 'inconclusive', by: 'score' });
    expect(split?.effectiveRows).toBeLessThan(200);
  });

  it('is told by the score where a feature alone tells the windows apart', () => {
    const later = rows(2, { concept: 1.2 });
    const dated = (side: LossRows, year: number): LossRows => ({
      ...side,
      columns: { ...side.columns, year: side.columns.x?.map(() => year) ?? [] },
    });
    const split = splitShift(dated(rows(1, {}), 1), dated(later, 2), { ...options, features: ['x', 'year'] });
    expect(split).toMatchObject({ verdict: 'concept' });
  });

  it('is nothing without labelled rows', () => {
    const none = rows(2, {});
    expect(
      splitShift(
        rows(1, {}),
        { ...none, loss: none.loss && new Float64Array(none.days.length).fill(Number.NaN) },
        options,
      ),
    ).toBeNull();
  });
});

function rows(seed: number, world: Partial<World>): LossRows {
  const random = seededRandom(seed);
  const { labels, days, scores, x } = binaryRows(random, { ...calm, ...world });
  if (!scores) throw new Error('the rows have scores');
  const noise = Array.from(x, () => random());
  const name = noise.map((value) => (value < 0.01 ? null : value < 0.5 ? 'a' : 'b'));
  return { ...lossOfRows('binary-classification', labels, scores), days, columns: { x: Array.from(x), noise, name } };
}
