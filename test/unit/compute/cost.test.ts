import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  billed,
  estimatedUsd,
  expectedSeconds,
  requireCheckpoints,
  wastedSeconds,
  worstCaseUsd,
} from '../../../src/compute/cost.ts';
import type { Offer } from '../../../src/compute/offer.ts';

const offer: Offer = {
  type: 'g6.xlarge',
  region: 'us-east-1',
  zone: 'us-east-1a',
  market: 'on-demand',
  usdPerHour: 0.9,
  vcpus: 4,
  gpus: 1,
};
const at = (seconds: number) => new Date(Date.UTC(2026, 10, 21) + seconds * 1_000).toISOString();
const life = (seconds: number) => ({ launchedAt: at(0), terminatedAt: at(seconds) });

describe('the bill', () => {
  it('counts begun seconds, and a minute at least', () => {
    expect(billed({ ...life(5), usdPerHour: 3.6 })).toEqual({ seconds: 60, usd: 0.06 });
    expect(billed({ ...life(60.2), usdPerHour: 3.6 }).seconds).toBe(61);
    expect(billed({ ...life(3_600), usdPerHour: 0.8048 })).toEqual({ seconds: 3_600, usd: 0.8048 });
  });

  it('has at least a minute even when clocks disagree', () => {
    expect(billed({ launchedAt: at(10), terminatedAt: at(0), usdPerHour: 1 }).seconds).toBe(60);
  });

  it('never exceeds the worst case of a machine that dies at its deadline', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 86_400 }), (seconds) => {
        const { usd } = billed({ ...life(seconds), usdPerHour: offer.usdPerHour });
        expect(usd).toBeLessThanOrEqual(worstCaseUsd(offer, seconds / 3_600) * (1 + 1e-12));
      }),
    );
  });
});

it('the worst case of a spot machine is the on-demand price', () => {
  expect(worstCaseUsd({ ...offer, market: 'spot', usdPerHour: 0.3, ceilingUsdPerHour: 0.9 }, 4)).toBeCloseTo(3.6);
});

describe('lost work', () => {
  it.each([
    ['finished', null, 0],
    ['crashed', null, 100],
    ['crashed', 70, 30],
    ['interrupted', 98, 2],
    ['crashed', -20, 100],
  ] as const)('of a machine that has %s, saved at %s s, is %s s', (end, saved, expected) => {
    const savedAt = saved === null ? null : at(saved);
    expect(wastedSeconds({ ...life(100), savedAt, end })).toBe(expected);
  });
});

describe('the estimate', () => {
  it('is the median of earlier trainings', () => {
    expect(expectedSeconds([100, 5_000, 120])).toBe(120);
    expect(expectedSeconds([100, 120])).toBe(110);
    expect(expectedSeconds([])).toBeNull();
  });

  it('counts the start of the machine', () => {
    expect(estimatedUsd({ ...offer, usdPerHour: 3.6 }, 880)).toBeCloseTo(1);
  });
});

describe('spot without checkpoints', () => {
  const plan = { stage: 'boosted', spot: true, checkpointEvery: undefined, expected: 3_601, maxHours: 4 };

  it('is refused for work of more than an hour', () => {
    expect(() => requireCheckpoints(plan)).toThrowError(expect.objectContaining({ code: 'PRN-COMPUTE-008' }));
  });

  it('is refused when nobody knows how long it takes and the machine may live longer', () => {
    expect(() => requireCheckpoints({ ...plan, expected: null })).toThrowError(/up to 240 minutes/);
  });

  it.each([
    ['short work', { expected: 3_600 }],
    ['a short life', { expected: null, maxHours: 1 }],
    ['checkpoints', { checkpointEvery: 5 }],
    ['an on-demand machine', { spot: false }],
  ])('is let through with %s', (_, change) => {
    expect(() => requireCheckpoints({ ...plan, ...change })).not.toThrow();
  });
});
