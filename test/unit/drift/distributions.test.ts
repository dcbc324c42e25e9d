import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compareSamples } from '../../../src/drift/compare-samples.ts';
import { chiSquareHomogeneity, totalVariation, twoProportions } from '../../../src/drift/counts.ts';
import { chiSquareTail } from '../../../src/drift/gamma.ts';
import { holm } from '../../../src/drift/holm.ts';
import { kolmogorovTail } from '../../../src/drift/kolmogorov.ts';
import { ksPValue } from '../../../src/drift/kolmogorov-smirnov.ts';
import type { Sample } from '../../../src/drift/ledger.ts';

interface Fixture {
  readonly ks: Record<
    string,
    {
      readonly a: number[];
      readonly b: number[];
      readonly statistic: number;
      readonly exact: number;
      readonly asymptotic: number | null;
      readonly wasserstein: number;
    }
  >;
  readonly kolmogorov: [n: number, d: number, p: number][];
  readonly chiSquare: {
    readonly tails: [x: number, degrees: number, p: number][];
    readonly tables: { a: number[]; b: number[]; statistic: number; p: number; df: number }[];
  };
  readonly proportions: [number, number, number, number, number][];
}

const file = new URL('../../fixtures/statistics/distributions.json', import.meta.url);
const fixture: Fixture = JSON.parse(readFileSync(file, 'utf8'));

describe('the Kolmogorov-Smirnov test', () => {
  it.each(Object.entries(fixture.ks))(
    'equals SciPy, exact and asymptotic: %s',
    async (_, { a, b, statistic, exact, asymptotic }) => {
      const { ks } = await compared(a, b);
      expect(ks).toBeCloseTo(statistic, 15);
      expectRelative(ksPValue(ks, a.length, b.length), exact, 1e-9);
      if (asymptotic !== null) expectRelative(ksPValue(statistic, a.length, b.length, false), asymptotic, 1e-6);
    },
  );

  it('has SciPy’s tail of the one-sample distribution, from one value to half a million and down to 1e-299', () => {
    for (const [n, d, p] of fixture.kolmogorov) expectRelative(kolmogorovTail(d, n), p, 1e-6);
    expect(Math.min(...fixture.kolmogorov.map(([, , p]) => p || 1))).toBeLessThan(1e-290);
  });

  it('takes part with infinities, which have no distance', async () => {
    const inf = Number.POSITIVE_INFINITY;
    expect(await compared([-inf, 1, inf], [-inf, 1, inf])).toMatchObject({ ks: 0, w1: 0 });
    expect(await compared([-inf, 1], [1, inf])).toMatchObject({ ks: 0.5, w1: 0 });
  });
});

describe('two samples without anything to compare', () => {
  it('have defined answers: an empty side, only NaN, one value, the same and different constants', async () => {
    expect(await compared([], [1])).toMatchObject({ sizes: { reference: 0, current: 1 }, reference: null });
    expect(await compared([Number.NaN], [Number.NaN])).toMatchObject({ reference: null, current: null });
    expect(await compared([1], [3])).toMatchObject({ ks: 1, w1: 2, reference: { sd: 0, median: 1 } });
    expect(await compared([5, 5, 5], [5, 5])).toMatchObject({ ks: 0, w1: 0, w1Noise: 0, histogram: { labels: ['5'] } });
    expect(await compared([5, 5, 5], [6, 6])).toMatchObject({ ks: 1, w1: 1, histogram: { labels: ['5', '6'] } });
  });
});

describe('the chi-square test', () => {
  it.each(fixture.chiSquare.tails)('has SciPy’s tail: x %d, %d degrees', (x, degrees, p) => {
    expectRelative(chiSquareTail(x, degrees), p, 1e-9);
  });

  it.each(fixture.chiSquare.tables)('equals SciPy’s contingency test: $a against $b', ({ a, b, statistic, p, df }) => {
    const found = chiSquareHomogeneity(a, b);
    expectRelative(found.statistic, statistic, 1e-9);
    expectRelative(found.pValue, p, 1e-9);
    expect(found.degreesOfFreedom).toBe(df);
  });

  it('pools rare categories until five are expected of them, and drops those that never occur', () => {
    const pooled = chiSquareHomogeneity([500, 400, 3, 2, 1, 0], [480, 420, 1, 2, 5, 0]);
    expect(pooled).toEqual(chiSquareHomogeneity([500, 400, 6], [480, 420, 8]));
    expect(pooled.degreesOfFreedom).toBe(2);
    expect(chiSquareHomogeneity([500, 400, 1], [480, 420, 0]).degreesOfFreedom).toBe(1);
  });

  it('says p = 1 for one category and nothing for an empty side', () => {
    expect(chiSquareHomogeneity([5], [9])).toMatchObject({ pValue: 1, degreesOfFreedom: 0 });
    expect(chiSquareHomogeneity([0, 0], [9, 1])).toMatchObject({ statistic: null, pValue: null });
    expect(() => chiSquareHomogeneity([-1], [9])).toThrow(/-1 is not a count/);
  });
});

describe('distances and corrections', () => {
  it.each(fixture.proportions)('the test of two shares equals SciPy: %d of %d against %d of %d', (a, n, b, m, p) => {
    expectRelative(twoProportions(a, n, b, m), p, 1e-9);
  });

  it.each(Object.entries(fixture.ks))('the Wasserstein distance equals SciPy: %s', async (_, { a, b, wasserstein }) => {
    expectRelative((await compared(a, b)).w1, wasserstein, 1e-12);
  });

  it('total variation runs from 0 to 1 and needs rows on both sides', () => {
    expect(totalVariation([10, 30], [1, 3])).toBe(0);
    expect(totalVariation([10, 0], [0, 3])).toBe(1);
    expect(totalVariation([1, 0], [0, 0])).toBeNull();
  });

  it('Holm multiplies the smallest p by all tests, the next by one less, and never falls', () => {
    expect(holm([0.01, 0.04, 0.03, null, 0.005])).toEqual([0.03, 0.06, 0.06, null, 0.02]);
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
  });
});

function compared(a: readonly number[], b: readonly number[]) {
  const sample = (values: readonly number[]): Sample => {
    const all = Float64Array.from(values);
    return { size: all.length, scan: async (visit) => visit(all) };
  };
  return compareSamples(sample(a), sample(b), Float64Array.from([...a, ...b].filter(Number.isFinite)));
}

function expectRelative(found: number | null, expected: number, tolerance: number): void {
  if (found === null) throw new Error(`found nothing instead of ${expected}`);
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(tolerance * Math.abs(expected));
}
