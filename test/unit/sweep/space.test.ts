import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gridSize, gridTrial } from '../../../src/plan/grid.ts';
import { type Observation, type SuggestRequest, suggest } from '../../../src/sweep/sampler.ts';
import { shuffledIndex } from '../../../src/sweep/shuffle.ts';
import { dimensionsOf, parametersAt, pointOf } from '../../../src/sweep/space.ts';
import { anySpace, mistakesOf } from './spaces-for-test.ts';

/** A sweep in which every fourth trial fails, with two others always running. */
function sweep({ space, seed, sampler }: Pick<SuggestRequest, 'space' | 'seed' | 'sampler'>, trials: number) {
  const observations: Observation[] = [];
  for (let trial = 0; trial < trials; trial += 1) {
    const running = observations.slice(-2).map(({ parameters }) => parameters);
    const request = { space, seed, observations: observations.slice(0, -2), running, trialNumber: trial };
    const parameters = suggest(sampler ? { ...request, sampler } : request);
    const value = trial % 4 === 3 ? null : Object.values(parameters).reduce<number>((sum, one) => sum + Number(one), 0);
    observations.push({ trial, parameters, value: Number.isNaN(value) ? null : value });
  }
  return observations;
}

describe.each(['tpe', 'random', 'grid'] as const)('the %s sampler', (sampler) => {
  const finite = (space: SuggestRequest['space']) => sampler !== 'grid' || gridSize(space) !== null;

  test('gives every trial the parameters that belong to it, with possible values, and no others', () => {
    const stays = fc.property(anySpace.filter(finite), fc.nat(), (space, seed) => {
      for (const { parameters } of sweep({ space, seed, sampler }, 30))
        expect(mistakesOf(space, parameters), JSON.stringify(parameters)).toEqual([]);
    });
    fc.assert(stays, { numRuns: 60, seed: 1 });
  });

  test('answers the same request the same, whatever the order of keys', () => {
    const same = fc.property(anySpace.filter(finite), fc.nat(), (space, seed) => {
      const observations = sweep({ space, seed, sampler }, 24);
      const turned = Object.fromEntries(Object.entries(space).reverse());
      const request = { space, seed, sampler, observations, running: [], trialNumber: 24 };
      expect(suggest({ ...request, space: turned, observations: observations.toReversed() })).toEqual(suggest(request));
    });
    fc.assert(same, { numRuns: 30, seed: 2 });
  });
});

test('a trial is the same after it was a point', () => {
  const kept = fc.property(anySpace, fc.nat(), (space, seed) => {
    const dimensions = dimensionsOf(space);
    for (const { parameters } of sweep({ space, seed, sampler: 'random' }, 5)) {
      const again = parametersAt(space, dimensions, pointOf(dimensions, parameters) ?? []);
      for (const [name, value] of Object.entries(parameters))
        expect(again[name]).toEqual(typeof value === 'number' ? expect.closeTo(value, 6) : value);
    }
  });
  fc.assert(kept, { numRuns: 60, seed: 3 });
});

describe('a grid', () => {
  test('is tried whole before anything is tried again, in an order of its seed', () => {
    const space = { a: { choice: [1, 2, 3] }, b: { int: [1, 4] as [number, number], log: false } };
    const order = (seed: number) => sweep({ space, seed, sampler: 'grid' }, 24).map(({ parameters }) => parameters);
    const whole = Array.from({ length: 12 }, (_, index) => gridTrial(space, index));
    expect(order(1).slice(0, 12)).toEqual(expect.arrayContaining(whole));
    expect(order(1).slice(12)).toEqual(order(1).slice(0, 12));
    expect(order(1)).not.toEqual(order(2));
  });

  test('of any size is shuffled without a gap', () => {
    const whole = fc.property(fc.integer({ min: 1, max: 700 }), fc.nat(), (size, seed) => {
      const order = Array.from({ length: size }, (_, n) => shuffledIndex(size, seed, n));
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, n) => n));
    });
    fc.assert(whole, { numRuns: 50, seed: 4 });
  });
});
