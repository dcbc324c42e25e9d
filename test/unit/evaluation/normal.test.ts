import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { normalCdf, normalQuantile } from '../../../src/evaluation/normal.ts';
import { seededRandom } from '../../../src/evaluation/random.ts';

const file = new URL('../../fixtures/statistics/distributions.json', import.meta.url);
const fixture: { normal: { cdf: [number, number][]; quantile: [number, number][] } } = JSON.parse(
  readFileSync(file, 'utf8'),
);

describe('the normal distribution', () => {
  it('equals SciPy to twelve digits, tails and quantiles included', () => {
    for (const [z, p] of fixture.normal.cdf) expect(Math.abs(normalCdf(z) - p)).toBeLessThanOrEqual(1e-12 * p);
    for (const [p, z] of fixture.normal.quantile)
      expect(Math.abs(normalQuantile(p) - z)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(z)));
    expect([normalQuantile(0), normalQuantile(1), normalQuantile(-1), normalCdf(Number.NaN)]).toEqual([
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      Number.NaN,
      Number.NaN,
    ]);
  });
});

describe('the seeded generator', () => {
  it('repeats itself for a seed and differs between neighbours', () => {
    const draw = (seed: number): number[] => Array.from({ length: 5 }, seededRandom(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it('is uniform on [0, 1), seed by seed and over seeds', () => {
    const along = Array.from({ length: 20_000 }, seededRandom(8));
    const across = Array.from({ length: 20_000 }, (_, seed) => seededRandom(seed)());
    for (const draws of [along, across]) {
      const counts = new Array<number>(10).fill(0);
      for (const value of draws) counts[Math.floor(value * 10)] = (counts[Math.floor(value * 10)] ?? 0) + 1;
      const chiSquare = counts.reduce((sum, count) => sum + (count - 2_000) ** 2 / 2_000, 0);
      // The 99.9 % point of nine degrees of freedom.
      expect(chiSquare).toBeLessThan(27.9);
    }
  });
});
