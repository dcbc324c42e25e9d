import { describe, expect, it } from 'vitest';
import { normalQuantile } from '../../../src/evaluation/normal.ts';
import { quickQuantile } from '../../../src/profile/quick-quantile.ts';
import { meanOver, midRanks, normalScores } from '../../../src/profile/ranks.ts';

describe('normal scores', () => {
  it('are 0 on average, rise with the cells, and have a variance of nearly 1 for fine cells', () => {
    const counts = Float64Array.from({ length: 250 }, (_, at) => 20 + (at % 7));
    const scores = normalScores(counts);
    expect(meanOver(counts, scores)).toBeCloseTo(0, 9);
    expect(scores.every((score, at) => at === 0 || score > (scores[at - 1] as number))).toBe(true);
    expect(
      meanOver(
        counts,
        scores.map((score) => score * score),
      ),
    ).toBeGreaterThan(0.98);
  });

  it('of cells beyond the last row are finite and outside of all others', () => {
    const scores = normalScores(Float64Array.of(0, 500, 500, 0));
    expect(scores[0]).toBeLessThan(scores[1] as number);
    expect(scores[3]).toBeCloseTo(normalQuantile(1 - 0.5 / 1000), 6);
  });

  it('and mid-ranks of no rows at all are those of the middle', () => {
    expect([...normalScores(new Float64Array(2))]).toEqual([0, 0]);
    expect([...midRanks(new Float64Array(2))]).toEqual([0.5, 0.5]);
  });

  it('rest on quantiles that are right to nine digits', () => {
    for (const p of [1e-12, 1e-6, 0.01, 0.02425, 0.3, 0.5, 0.77, 0.98, 0.999999])
      expect(quickQuantile(p)).toBeCloseTo(normalQuantile(p), 7);
    expect(quickQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
  });
});
