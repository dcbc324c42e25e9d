import { describe, expect, it } from 'vitest';
import { normal } from '../../../bench/drift/normal.ts';
import { seededRandom } from '../../../src/evaluation/random.ts';
import { type DayMean, variationOf } from '../../../src/monitor/day-variation.ts';
import { dayWeight, degreesOf, dispersionOf, learntDays } from '../../../src/monitor/dispersion.ts';
import { moderate } from '../../../src/monitor/moderate.ts';
import { evenWeight } from '../../../src/monitor/pool-days.ts';
import { stretchesOf } from '../../../src/monitor/stretch.ts';
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
  const means = (effect: number, memory: number, rows = 500, days = 60) => {
    let own = 0;
    return Array.from({ length: days }, (_, day) => {
      own = memory * own + Math.sqrt(1 - memory ** 2) * effect * normal(random);
      return { day, rows, mean: own + normal(random) / Math.sqrt(rows) };
    });
  };
  const known = (days: readonly DayMean[], watched: readonly DayMean[] = []) => {
    const [learnt] = learntDays([variationOf(days, 1)], days);
    if (!learnt) throw new Error('one variation, one answer');
    const values = watched.map((day) => ({ ...day, values: [day.mean] }));
    return dispersionOf(learnt, watched.length > 0 ? [stretchesOf(values, 1)(0, watched.length - 1)] : []);
  };

  it('that differ by no more than their rows explain have a ratio of about 1 and nothing that lasts', () => {
    const variation = variationOf(means(0, 0), 1);
    expect(variation?.stretch.ratio).toBeGreaterThan(0.5);
    expect(variation?.stretch.ratio).toBeLessThan(1.7);
    expect(variation?.weekdays).toBeNull();
    expect(known(means(0, 0))).toMatchObject({ autocorrelation: 0, certain: false });
  });

  it('that differ have a larger one, and those that go together say so', () => {
    expect(variationOf(means(0.2, 0), 1)?.stretch.ratio).toBeGreaterThan(8);
    expect(known(means(0.3, 0.7))).toMatchObject({ certain: true });
    expect(known(means(0.3, 0.7)).autocorrelation).toBeGreaterThan(0.4);
    const days = [...Array(14).keys()].map((day) => ({ day, rows: 1 }));
    expect(dayWeight(days, 0.7)).toBeGreaterThan(3 / 14);
    expect(evenWeight(14, 0.7)).toBeCloseTo(dayWeight(days, 0.7), 12);
  });

  it('that follow the week have weekdays of their own', () => {
    const weekly = means(0, 0).map((one) => ({ ...one, mean: one.mean + (one.day % 7 > 4 ? 1 : 0) }));
    const variation = variationOf(weekly, 1);
    expect(variation?.weekdays?.[6]?.mean).toBeCloseTo(1, 1);
    expect(variation?.stretch.ratio).toBeLessThan(2);
    expect(variation?.rawRatio).toBeGreaterThan(50);
  });

  it('that are too few say nothing: rows are then taken as independent', () => {
    expect(variationOf(means(1, 0).slice(0, 2), 1)).toBeNull();
    expect(known(means(1, 0).slice(0, 2))).toMatchObject({ surplus: 0, surplusError: 0 });
  });

  it('that have too few rows to differ visibly are corrected by the large days that were watched since', () => {
    const [small, large] = [means(0.1, 0, 20), means(0.1, 0, 5_000, 28)];
    const alone = known(small);
    const both = known(small, large);
    expect(both.certain).toBe(true);
    expect(both.surplus).toBeCloseTo(0.01, 2);
    expect(both.surplusError).toBeLessThan(alone.surplusError / 2);
    // The less is known of days, the fewer degrees of freedom a window of large days has.
    expect(degreesOf(alone, 1 / 5_000, 1)).toBeLessThan(degreesOf(both, 1 / 5_000, 1));
  });

  it('that differ by chance alone are not taken for skewed, and skewed ones are', () => {
    const seeded = seededRandom(5);
    const skewed = (effect: number) =>
      Array.from({ length: 60 }, (_, day) => {
        const own = effect * (-Math.log(1 - seeded()) - 1);
        return { day, rows: 100, mean: own + normal(seeded) / 10 };
      });
    const [small, large] = [skewed(0.02), skewed(0.5)];
    const kept = (days: readonly DayMean[]) => known(days).thirdMoment / (variationOf(days, 1)?.thirdMoment ?? 0);
    expect(kept(small)).toBeLessThan(0.5);
    expect(kept(large)).toBeGreaterThan(0.9);
  });

  it('that show no memory of their own take the one that is known of their kind', () => {
    const days = means(0, 0);
    const [learnt] = learntDays([variationOf(days, 1)], days);
    if (!learnt) throw new Error('one variation, one answer');
    expect(dispersionOf(learnt, [])).toMatchObject({ autocorrelation: 0 });
    const remembered = dispersionOf(learnt, [], 0.6);
    expect(remembered.autocorrelation).toBe(0.6);
    expect(remembered.referenceWeight).toBeGreaterThan(2 * dispersionOf(learnt, []).referenceWeight);
  });

  it('that move as a whole between reference and watch do not differ more for it', () => {
    const moved = means(0, 0, 1_000, 28).map((day) => ({ ...day, mean: day.mean + 3 }));
    expect(known(means(0, 0), moved).surplus).toBeLessThan(0.001);
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
