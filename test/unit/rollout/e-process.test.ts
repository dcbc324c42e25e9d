import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commonBets, rareBets } from '../../../src/rollout/bets.ts';
import {
  countEvidence,
  type EventCounts,
  eValueAbove,
  eValueBelow,
  type PairCounts,
  pairEvidence,
  ratioInterval,
} from '../../../src/rollout/e-process.ts';
import {
  pairedShift,
  shiftAbove,
  shiftBelow,
  shiftInterval,
  stratifiedShift,
} from '../../../src/rollout/mean-shift.ts';
import { rateBelow } from '../../../src/rollout/rate-bound.ts';

interface Fixture {
  readonly counts: { strata: EventCounts[]; allowed: number; above: number; below: number }[];
  readonly pairs: { pairs: PairCounts; allowed: number; above: number }[];
  readonly rates: { events: number; of: number; bound: number; eValue: number }[];
  readonly latencies: { difference: number; variance: number; margin: number; eValue: number }[];
}

const file = new URL('../../fixtures/statistics/rollout.json', import.meta.url);
const fixture: Fixture = JSON.parse(readFileSync(file, 'utf8'));

describe('evidence on counts', () => {
  it('computed from tallies equals a stream of single events multiplied up by numpy', () => {
    for (const { strata, allowed, above, below } of fixture.counts) {
      expectRelative(eValueAbove(countEvidence(strata), allowed, rareBets), above, 1e-9);
      expectRelative(eValueBelow(countEvidence(strata), allowed, rareBets), below, 1e-9);
    }
    for (const { pairs, allowed, above } of fixture.pairs)
      expectRelative(eValueAbove(pairEvidence(pairs), allowed, commonBets), above, 1e-9);
  });

  it('on pairs without a margin is the sequential McNemar test on the pairs that differ', () => {
    const pairs = eValueAbove(pairEvidence({ onlyCanary: 30, onlyStable: 12, both: 500 }), 1, commonBets);
    expectRelative(pairs, eValueAbove(countEvidence([{ share: 0.5, canary: 30, stable: 12 }]), 1, commonBets), 1e-12);
  });

  it('finds nothing where only one version could answer, and in no events', () => {
    const oneSided = countEvidence([
      { share: 0, canary: 0, stable: 40 },
      { share: 1, canary: 40, stable: 0 },
    ]);
    expect(eValueAbove(oneSided, 1, rareBets)).toBeCloseTo(1, 12);
    expect(eValueAbove(countEvidence([]), 1.5, rareBets)).toBe(1);
    expect(ratioInterval(oneSided, 40, rareBets)).toBeNull();
  });

  it('asks for more the more is allowed', () => {
    const evidence = countEvidence([{ share: 0.1, canary: 20, stable: 60 }]);
    const values = [1, 1.05, 1.2, 2].map((allowed) => eValueAbove(evidence, allowed, rareBets));
    expect(values).toEqual([...values].sort((a, b) => b - a));
  });

  it('stays a finite number however overwhelming', () => {
    expect(eValueAbove(countEvidence([{ share: 0.01, canary: 1e6, stable: 0 }]), 1, rareBets)).toBe(1e300);
  });

  it('excludes from its interval exactly the ratios that it has enough evidence against', () => {
    const evidence = countEvidence([{ share: 0.1, canary: 60, stable: 200 }]);
    const interval = ratioInterval(evidence, 40, rareBets);
    if (!interval) throw new Error('no interval');
    expect(interval.confidence).toBe(0.95);
    // 60 of 260 at a share of 0.1 is a ratio of 2.7.
    expect(interval.low).toBeLessThan(2.7);
    expect(interval.high).toBeGreaterThan(2.7);
    expectRelative(eValueAbove(evidence, interval.low, rareBets), 40, 1e-6);
    expectRelative(eValueBelow(evidence, interval.high, rareBets), 40, 1e-6);
    expect(eValueAbove(evidence, interval.low * 0.99, rareBets)).toBeGreaterThan(40);
  });

  it('that events are rare equals the ratios of binomial likelihoods by SciPy', () => {
    for (const { events, of, bound, eValue } of fixture.rates)
      expectRelative(rateBelow(events, of, bound), eValue, 1e-9);
  });

  it('refuses shares and counts that cannot be', () => {
    expect(() => countEvidence([{ share: 1.2, canary: 1, stable: 1 }])).toThrow(/share of 1.2/);
    expect(() => pairEvidence({ onlyCanary: -1, onlyStable: 0, both: 0 })).toThrow(/-1 canary/);
  });
});

describe('evidence on log latency', () => {
  it('equals the mixture integrated by SciPy', () => {
    for (const { difference, variance, margin, eValue } of fixture.latencies)
      expectRelative(shiftAbove({ difference, variance }, margin), eValue, 1e-6);
  });

  it('stays finite for a canary that is far faster, far slower or of no variance', () => {
    expect(shiftAbove({ difference: -50, variance: 1e-4 }, 0)).toBeLessThan(1);
    expect(shiftAbove({ difference: 50, variance: 1e-4 }, 0)).toBeGreaterThan(1e200);
    expect(Number.isFinite(shiftAbove({ difference: 1, variance: 0 }, 0))).toBe(true);
  });

  it('against a shift below the margin mirrors that against one above it', () => {
    expect(shiftBelow({ difference: -0.2, variance: 0.001 }, 0)).toBe(
      shiftAbove({ difference: 0.2, variance: 0.001 }, 0),
    );
    expect(shiftBelow({ difference: 0, variance: 0.001 }, 0.3)).toBeGreaterThan(100);
    expect(shiftBelow({ difference: 0.3, variance: 0.001 }, 0.3)).toBeLessThan(2);
  });

  it('has an interval of the shift whose lower end reaches the margin just when the test decides', () => {
    const margin = Math.log(1.05);
    const decisions = [-0.1, 0.05, 0.1, 0.15, 0.2, 0.4].map((difference) => {
      const shift = { difference, variance: 0.001 };
      const interval = shiftInterval(shift, margin, 40);
      expect(interval?.low).toBeLessThan(difference);
      expect(interval?.high).toBeGreaterThan(difference);
      const decided = shiftAbove(shift, margin) >= 40;
      expect((interval?.low ?? 0) >= margin).toBe(decided);
      return decided;
    });
    expect(decisions).toEqual([false, false, false, true, true, true]);
  });

  it('compares within canary shares, so that a busy hour does not blame the canary', () => {
    const quiet = { mean: 1, variance: 0.1 };
    const busy = { mean: 3, variance: 0.1 };
    const shift = stratifiedShift([
      { stable: { ...quiet, n: 950 }, canary: { ...quiet, n: 50 } },
      { stable: { ...busy, n: 500 }, canary: { ...busy, n: 500 } },
    ]);
    expect(shift?.difference).toBe(0);
    expect(stratifiedShift([{ stable: { ...quiet, n: 1 }, canary: { ...quiet, n: 1 } }])).toBeNull();
    expect(pairedShift({ n: 100, mean: 0.1, variance: 0.5 })).toEqual({ difference: 0.1, variance: 0.005 });
    expect(pairedShift({ n: 1, mean: 0.1, variance: 0 })).toBeNull();
  });
});

function expectRelative(found: number, expected: number, tolerance: number): void {
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(tolerance * Math.abs(expected));
}
