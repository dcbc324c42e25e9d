import { describe, expect, it } from 'vitest';
import { expectedTraining, type PastMachine } from '../../../src/compute/expectation.ts';
import type { Offer } from '../../../src/compute/offer.ts';

const anOffer = (type: string, usdPerHour = 1): Offer => ({
  ...{ type, region: 'us-east-1', zone: 'us-east-1a', market: 'spot', usdPerHour, vcpus: 4, gpus: 1 },
});
const past = (run: string, minutes: number, change: Partial<PastMachine> = {}): PastMachine => ({
  ...{ model: 'delays', run, attempt: 'boosted-1-1', end: 'finished', launchedAt: `2030-01-01T00:00:${run}.000Z` },
  ...{ offer: anOffer('g6.xlarge'), billedSeconds: minutes * 60, usd: minutes / 10 },
  ...change,
});
const expected = (machines: readonly PastMachine[], offers = [anOffer('g6.xlarge')], stage = 'boosted') =>
  expectedTraining(machines, { model: 'delays', stage }, offers);

describe('what a training is likely to take', () => {
  it('is the median of earlier ones', () => {
    expect(expected([past('01', 10), past('02', 50), past('03', 12)])).toEqual({
      ...{ seconds: 720, usd: 1.2, trainings: 3, type: 'g6.xlarge' },
    });
  });

  it('holds the machines that were lost on the way', () => {
    const lost = past('01', 4, { end: 'interrupted' });
    expect(expected([lost, past('01', 6, { attempt: 'boosted-1-2' })])).toMatchObject({ seconds: 600, trainings: 1 });
  });

  it('is told of each trial of a sweep by itself', () => {
    const trials = [0, 1].map((trial) => past('01', 10, { attempt: `boosted-1-t${trial}-1` }));
    expect(expected(trials)).toMatchObject({ seconds: 600, trainings: 2 });
  });

  it('is unknown where none has finished, and of other stages and models', () => {
    expect(expected([])).toBeNull();
    expect(
      expected([past('01', 10, { end: 'crashed' }), past('02', 10, { end: null, billedSeconds: null })]),
    ).toBeNull();
    expect(expected([past('01', 10, { model: 'other' })])).toBeNull();
    expect(expected([past('01', 10, { attempt: 'boosted-more-1-1' })])).toBeNull();
    expect(expected([past('01', 10)], [anOffer('g6.xlarge')], 'boosted-1')).toBeNull();
  });

  it('is that of the types that would be tried; others only stand in, at the price of the first', () => {
    const other = past('03', 30, { offer: anOffer('p5.xlarge') });
    expect(expected([past('01', 10), other])).toMatchObject({ seconds: 600, trainings: 1, type: 'g6.xlarge' });
    expect(expected([other], [anOffer('g6.xlarge', 0.5)])).toMatchObject({
      seconds: 1_800,
      usd: 0.25,
      type: 'p5.xlarge',
    });
  });

  it('forgets what is long ago', () => {
    const old = Array.from({ length: 20 }, (_, n) => past(`${n + 10}`, 10));
    expect(expected([past('01', 900), past('02', 900), ...old])).toMatchObject({ seconds: 600, trainings: 20 });
  });
});
