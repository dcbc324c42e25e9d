import { describe, expect, it } from 'vitest';
import { percentileInterval } from '../../../src/evaluation/bootstrap.ts';

describe('the percentile interval', () => {
  it('takes wider tails for few blocks and tends to the plain percentiles for many', () => {
    const draws = Float64Array.from({ length: 1_001 }, (_, at) => at / 1_000);
    const few = percentileInterval(draws, 0.9, 10);
    const many = percentileInterval(draws, 0.9, 100_000);
    expect(many?.low).toBeCloseTo(0.05, 3);
    // t of 9 degrees is 1.833; Phi(-1.833 * sqrt(10 / 9)) = 0.0267.
    expect(few?.low).toBeCloseTo(0.0267, 3);
    expect(few?.high).toBeCloseTo(1 - 0.0267, 3);
  });

  it('is missing when the metric is not defined on many resamples, or there is one block', () => {
    const draws = Float64Array.from({ length: 100 }, (_, at) => (at < 6 ? Number.NaN : at));
    expect(percentileInterval(draws, 0.9, 50)).toBeNull();
    expect(percentileInterval(draws.subarray(2), 0.9, 50)).not.toBeNull();
    expect(percentileInterval(draws.subarray(6), 0.9, 1)).toBeNull();
  });
});
