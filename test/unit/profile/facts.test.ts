import { describe, expect, test } from 'vitest';
import { dailyFacts } from '../../../src/profile/daily-facts.ts';
import { emptyTally, tallyProfile, tallyValues } from '../../../src/profile/numeric-tally.ts';

const edges = Float64Array.of(-0.5, 1, 10, 100);

/** The profile of values that come in two chunks. */
function profileOf(values: readonly number[], range?: readonly [number, number]) {
  const tally = emptyTally(edges, range);
  const half = values.length >> 1;
  for (const part of [values.slice(0, half), values.slice(half)]) {
    tallyValues(tally, edges, Float64Array.from(part), 0, part.length);
  }
  return tallyProfile(tally);
}

describe('facts of a numeric column', () => {
  test('count the values at both ends, over chunks', () => {
    expect(profileOf([5, 1, 5, 2, 1, 5, 3]).facts).toMatchObject({ atMin: 2, atMax: 3 });
    expect(profileOf([5, 5, 1, 7]).facts).toMatchObject({ atMin: 1, atMax: 1 });
  });

  test('count what lies outside the declared range', () => {
    expect(profileOf([-1, 0, 50, 100, 101, Number.NaN, Number.POSITIVE_INFINITY], [0, 100]).facts).toMatchObject({
      outOfRange: 2,
    });
    expect(profileOf([-1, 1e300]).facts).toMatchObject({ outOfRange: 0 });
  });

  test('know round numbers in spite of binary fractions', () => {
    const multiples = (...values: number[]) => profileOf(values).facts?.multiples;
    expect(multiples(1200, -30, 7, 0.3, 39.02)).toEqual([1, 2, 3, 4, 5]);
    expect(multiples((39.02 - 32) / 1.8)).toEqual([0, 0, 0, 1, 1]);
    expect(multiples(Math.PI, 1 / 3)).toEqual([0, 0, 0, 0, 0]);
    expect(multiples(0)).toEqual([1, 1, 1, 1, 1]);
  });
});

describe('facts of the days of a reference', () => {
  const many = (value: number, other: number) =>
    profileOf(Array.from({ length: 40 }, (_, index) => (index < 30 ? value : other)));

  test('are the extremes over days with enough values', () => {
    const facts = dailyFacts([many(2, 4), many(20, 60), profileOf([1000])]);
    expect(facts).toMatchObject({
      days: 2,
      mean: [2.5, 30],
      atMin: 0.75,
      atMax: 0.25,
      heaviest: 1,
      multiples: [0, 1, 1, 1, 1],
    });
    expect(facts?.sd[0]).toBeCloseTo(Math.sqrt(0.75), 12);
  });

  test('are unknown where no day has enough', () => {
    expect(dailyFacts([profileOf([1, 2, 3])])).toBeUndefined();
  });
});
