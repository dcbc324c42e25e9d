import { describe, expect, it } from 'vitest';
import { anyMoment, likeliest, narrowed } from '../../../src/compute/moment.ts';

const instant = (...known: Parameters<typeof narrowed>[1][]) => likeliest(known.reduce(narrowed, anyMoment)).getTime();

describe('an instant that nobody has seen', () => {
  it('is taken to lie in the middle of what is known, whichever way it became known', () => {
    expect(instant({ after: 1_000 }, { before: 1_500 }, { before: 1_200 }, { after: 400 })).toBe(1_100);
  });

  it('is the one side that is known', () => {
    expect(instant({ before: 1_500 }, { before: 1_200 })).toBe(1_200);
    expect(instant({ after: 1_500 }, { after: 1_700 })).toBe(1_700);
  });

  it('lies between two clocks that contradict each other', () => {
    expect(instant({ after: 2_000 }, { before: 1_000 })).toBe(1_500);
  });
});
