import { describe, expect, it } from 'vitest';
import { normal } from '../../../bench/drift/normal.ts';
import { seededRandom } from '../../../src/evaluation/random.ts';
import { variationOf } from '../../../src/monitor/day-variation.ts';
import { dayWeight, dispersions } from '../../../src/monitor/dispersion.ts';
import { moderate } from '../../../src/monitor/moderate.ts';
import { fisherTail, twoSidedTail, widened } from '../../../src/monitor/student.ts';

describe("Student's and Fisher's tails", () => {
  // scipy.stats: 2 * t.sf(5, 10), 2 * t.sf(2, 3), f.sf(3, 6, 50), 2 * norm.sf(5)
  it('agree with SciPy', () => {
    expect(twoSidedTail(5, 10)).toBeCloseTo(0.000537333, 8);
    expect(twoSidedTail(2, 3)).toBeCloseTo(0.139326, 6);
    expect(fisherTail(3, 6, 50)).toBeCloseTo(0.0139378, 5);
    expect(twoSidedTail(5, Number.POSITIVE_INFINITY)).toBeCloseTo(5.733e-7, 10);
  });

  it('widen a p-value the more the less is known of its scale', () => {
    const p = 1e-6;
    expect(widened(p, Number.POSITIVE_INFINITY)).toBe(p);
    expect(widened(p, 60)).toBeGreaterThan(p);
    expect(widened(p, 10)).toBeGreaterThan(widened(p, 60));
  });
});

describe('days of a reference', () => {
  const random = seededRandom(21);
  const means = (effect: number, memory: number) => {
    let own = 0;
    return Array.from({ length: 60 }, (_, day) => {
      own = memory * own + Math.sqrt(1 - memory ** 2) * effect * normal(random);
      return { day, rows: 500, mean: own + normal(random) / Math.sqrt(500) };
    });
  };

  it('that differ by no more than their rows explain have a ratio of about 1', () => {
    const variation = variationOf(means(0, 0), 1);
    expect(variation?.ratio).toBeGreaterThan(0.5);
    expect(variation?.ratio).toBeLessThan(1.7);
    expect(variation).toMatchObject({ autocorrelation: 0, weekdays: null });
  });

  it('that differ have a larger one, and those that go together say so', () => {
    expect(variationOf(means(0.2, 0), 1)?.ratio).toBeGreaterThan(8);
    const together = variationOf(means(0.3, 0.7), 1);
    expect(together?.autocorrelation).toBeGreaterThan(0.4);
    expect(
      dayWeight(
        [...Array(14).keys()].map((day) => ({ day, rows: 1 })),
        0.7,
      ),
    ).toBeGreaterThan(3 / 14);
  });

  it('that follow the week have weekdays of their own', () => {
    const weekly = means(0, 0).map((one) => ({ ...one, mean: one.mean + (one.day % 7 > 4 ? 1 : 0) }));
    const variation = variationOf(weekly, 1);
    expect(variation?.weekdays?.[6]?.mean).toBeCloseTo(1, 1);
    expect(variation?.ratio).toBeLessThan(2);
    expect(variation?.rawRatio).toBeGreaterThan(50);
  });

  it('that are too few say nothing: rows are then taken as independent', () => {
    expect(variationOf(means(1, 0).slice(0, 2), 1)).toBeNull();
    expect(dispersions([null], [])[0]).toMatchObject({ surplus: 0, degrees: Number.POSITIVE_INFINITY });
  });
});

describe('columns that learn from each other', () => {
  it('are known better where all agree, and never shrink below their own ratio or 1', () => {
    const agreeing = Array.from({ length: 20 }, () => ({ ratio: 1, degrees: 9 }));
    const [first] = moderate([...agreeing, { ratio: 6, degrees: 9 }, null]);
    expect(first?.degrees).toBeGreaterThan(9);
    expect(moderate([...agreeing, { ratio: 6, degrees: 9 }]).at(-1)?.ratio).toBe(6);
    expect(moderate([{ ratio: 0.4, degrees: 9 }])[0]).toEqual({ ratio: 1, degrees: 9 });
  });
});
