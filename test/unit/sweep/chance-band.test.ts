import { describe, expect, it } from 'vitest';
import { chanceBand } from '../../../src/sweep/chance-band.ts';
import { randomFor } from '../../../src/sweep/random.ts';

describe('the band of chance', () => {
  const values = [0.3, 0.9, null, 0.1, 0.7, 0.5, 0.2, 0.8, 0.4, 0.6];

  it('is where the best so far of random orders lies, eight times out of ten', () => {
    const known = values.filter((value) => value !== null);
    const bests = Array.from({ length: 4_000 }, (_, seed) => {
      const random = randomFor(seed, 1);
      const order = known.map((value) => ({ value, key: random() })).sort((a, b) => a.key - b.key);
      return Math.max(...order.slice(0, 4).map(({ value }) => value));
    }).sort((a, b) => a - b);
    // The fifth trial is the fourth with a value.
    expect(chanceBand(values, 'maximize')[4]).toEqual({ low: bests[400], high: bests[3_600] });
  });

  it('ends at the best of all, and is mirrored where low is good', () => {
    expect(chanceBand(values, 'maximize').at(-1)).toEqual({ low: 0.9, high: 0.9 });
    const mirrored = chanceBand(
      values.map((value) => value && -value),
      'minimize',
    );
    expect(mirrored.map((band) => band && { low: -band.high, high: -band.low })).toEqual(
      chanceBand(values, 'maximize'),
    );
  });

  it('begins with the first value', () => {
    expect(chanceBand([null, 0.4], 'maximize')).toEqual([null, { low: 0.4, high: 0.4 }]);
  });
});
