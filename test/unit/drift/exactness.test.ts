import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { disagreements } from '../../../bench/drift/exactness.ts';

/** 78 pairs, made by bench/peers/scipy/samples.py with 600 values at most and seed 11. */
const folder = fileURLToPath(new URL('../../fixtures/statistics/pairs', import.meta.url));

const isTail = (statistic: string): boolean => statistic.startsWith('p of numbers');

describe('the statistics of a comparison', () => {
  it.each([
    ['sorted', undefined],
    ['in 4 buckets', 4],
    ['in 64 buckets', 64],
    ['in 65,536 buckets', 65_536],
  ])('equal SciPy’s on ties, heavy tails, constants, NaN and infinities: %s', async (_, buckets) => {
    const found = await disagreements(folder, buckets);
    expect(found.map(({ statistic }) => statistic)).toContain('w1 of numbers');
    expect(found.filter(({ statistic, relative }) => !(relative <= (isTail(statistic) ? 1e-6 : 1e-9)))).toEqual([]);
  });
});
