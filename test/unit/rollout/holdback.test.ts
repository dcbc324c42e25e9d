import { describe, expect, it } from 'vitest';
import { renderHoldback } from '../../../src/cli/output/holdback.ts';
import { compareHoldback } from '../../../src/rollout/holdback.ts';

const classes = (rest: readonly [number, number], holdback: readonly [number, number]) =>
  compareHoldback({
    kind: 'classes',
    classes: [
      { label: '0', rest: rest[0], holdback: holdback[0] },
      { label: '1', rest: rest[1], holdback: holdback[1] },
    ],
  });

describe('answers that were held back', () => {
  it('show that acting on the rest has changed what happens', () => {
    // Churn that was predicted, and prevented: 10 % of the rest left, 15 % of those left alone.
    const report = classes([9_000, 1_000], [850, 150]);
    expect(report).toMatchObject({ verdict: 'feedback', labelled: { rest: 10_000, holdback: 1_000 } });
    expect(report?.rows).toHaveLength(1);
    expect(report?.rows[0]?.difference).toBeCloseTo(0.05, 12);
    // By scipy: 2 * norm.sf(0.05 / sqrt(0.104545.. * 0.895454.. * (1/10000 + 1/1000))).
    expect(report?.rows[0]?.p).toBeCloseTo(8.4e-7, 7);
    expect(report?.rows[0]?.low).toBeGreaterThan(0.02);
  });

  it('show nothing where both are alike, and say so where they are too few', () => {
    expect(classes([9_000, 1_000], [900, 100])?.verdict).toBe('nothing-found');
    expect(classes([9_000, 1_000], [15, 10])?.verdict).toBe('too-few');
    expect(classes([9_000, 1_000], [0, 0])).toBeNull();
  });

  it('compare numbers by their mean', () => {
    const rest = { n: 4_000, mean: 10, variance: 4 };
    const report = compareHoldback({ kind: 'numbers', rest, holdback: { n: 400, mean: 10.5, variance: 4 } });
    expect(report).toMatchObject({ verdict: 'feedback', rows: [{ what: 'mean', difference: 0.5 }] });
    const text = renderHoldback({ model: 'demand', days: 30, report }, { color: false, width: 100 });
    expect(text).toContain('400 labelled answers held back, 4,000 acted upon');
    expect(text).toContain('✖ Acting on the answers changes what happens');
  });
});
