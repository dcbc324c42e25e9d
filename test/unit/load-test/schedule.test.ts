import { describe, expect, it } from 'vitest';
import { quantileOf } from '../../../src/evaluation/quantile.ts';
import { seededRandom } from '../../../src/evaluation/random.ts';
import { arrivals, carries, stressRates } from '../../../src/load-test/schedule.ts';

describe('the schedule of a load test', () => {
  it('is a Poisson stream of the wanted rate: as many gaps are below their mean as the exponential law says', () => {
    const due = arrivals(1_000, 20, seededRandom(7));
    expect(due.length).toBeGreaterThan(19_500);
    expect(due.length).toBeLessThan(20_500);
    const gaps = due.subarray(1).map((at, place) => at - (due[place] as number));
    expect(gaps.filter((gap) => gap < 1).length / gaps.length).toBeCloseTo(1 - 1 / Math.E, 1);
    expect(due.at(-1)).toBeLessThan(20_000);
  });

  it('is the same for the same seed', () => {
    expect(arrivals(50, 1, seededRandom(1))).toEqual(arrivals(50, 1, seededRandom(1)));
  });

  it('doubles the rate in the stress step, and says when a version no longer carries it', () => {
    expect(stressRates(100).slice(0, 3)).toEqual([200, 400, 800]);
    const good = { rate: 200, answeredPerSecond: 195, p99Ms: 20, errors: 0 };
    expect(carries(good)).toBe(true);
    expect(carries({ ...good, errors: 1 })).toBe(false);
    expect(carries({ ...good, answeredPerSecond: 150 })).toBe(false);
    expect(carries({ ...good, p99Ms: 101 })).toBe(false);
  });

  it('takes the quantile that so many do not exceed', () => {
    const sorted = Float64Array.from({ length: 100 }, (_, at) => at + 1);
    expect([0.5, 0.99, 1].map((share) => quantileOf(sorted, share))).toEqual([50, 99, 100]);
    expect(quantileOf(new Float64Array(), 0.5)).toBe(0);
  });
});
