import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { billed, worstCaseUsd } from '../../../src/compute/cost.ts';
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

  it('counts from when the machine was seen running, where somebody saw it', () => {
    expect(billed({ ...life(300), runningAt: at(40), usdPerHour: 3.6 })).toEqual({ seconds: 260, usd: 0.26 });
    expect(billed({ ...life(300), runningAt: null, usdPerHour: 3.6 }).seconds).toBe(300);
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
