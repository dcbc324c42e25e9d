import { describe, expect, it } from 'vitest';
import { optunaAsk, parametersOf } from '../../../src/sweep/optuna-ask.ts';
import type { Observation } from '../../../src/sweep/sampler.ts';
import type { Space } from '../../../src/sweep/space.ts';
import { suggestAll } from '../../../src/sweep/suggested.ts';

const space: Space = {
  booster: { choice: ['gbtree', 'dart'] },
  eta: { float: [0.01, 0.3], log: true },
  rate: { float: [0, 0.55], step: 0.1, log: false, when: { parameter: 'booster', in: ['dart'] } },
  depth: { int: [3, 10], log: false },
  rounds: { fixed: 200 },
};
const seen: Observation[] = [
  { trial: 0, parameters: { booster: 'dart', eta: 0.1, rate: 0.2, depth: 4, rounds: 200 }, value: 0.7 },
  { trial: 1, parameters: { booster: 'gbtree', eta: 0.2, depth: 5, rounds: 200 }, value: null },
  { trial: 2, parameters: { booster: 'linear', eta: 0.2, depth: 5, rounds: 200 }, value: 0.9 },
];
const request = { space, observations: seen, running: [], seed: 7, trialNumber: 3, sampler: 'optuna:gp' } as const;

describe('what Optuna is asked', () => {
  it('has every parameter that varies, after the one it depends on, with choices by their index', () => {
    const { dimensions } = optunaAsk(request);
    expect(dimensions).toEqual([
      { name: 'booster', when: null, kind: 'choice', count: 2 },
      { name: 'depth', when: null, kind: 'int', low: 3, high: 10, log: false, step: 1 },
      { name: 'eta', when: null, kind: 'float', low: 0.01, high: 0.3, log: true, step: null },
      // 0.55 is no whole number of steps: the last value is 0.5.
      {
        name: 'rate',
        when: { parameter: 'booster', in: [1] },
        kind: 'float',
        low: 0,
        high: 0.5,
        log: false,
        step: 0.1,
      },
    ]);
  });

  it('has what was observed, failed trials among it, without what is no longer in the space', () => {
    expect(optunaAsk(request).observations).toEqual([
      { point: { booster: 1, depth: 4, eta: 0.1, rate: 0.2 }, value: 0.7 },
      { point: { booster: 0, depth: 5, eta: 0.2 }, value: null },
    ]);
  });

  it('has a seed of its own for every trial', () => {
    const seeds = [0, 1, 2].map((trialNumber) => optunaAsk({ ...request, trialNumber }).seed);
    expect(new Set(seeds).size).toBe(3);
    expect(optunaAsk({ ...request, trialNumber: 1 }).seed).toBe(seeds[1]);
  });

  it('tells a Gaussian process the best and the latest, as it would take minutes with thousands', () => {
    const observations = Array.from({ length: 900 }, (_, trial) => ({
      trial,
      parameters: { booster: 'gbtree', eta: 0.1, depth: 3, rounds: 200 },
      value: trial === 17 ? 1 : 0.5,
    }));
    const told = optunaAsk({ ...request, observations }).observations;
    expect(told).toHaveLength(300);
    expect(told.some(({ value }) => value === 1)).toBe(true);
    expect(optunaAsk({ ...request, observations, sampler: 'optuna:cmaes' }).observations).toHaveLength(900);
  });
});

describe('what Optuna answers', () => {
  it('is a trial with the types of the space and with what is fixed', () => {
    const answer = { booster: 1, eta: 0.123456789012345, rate: 0.30000000000000004, depth: 6 };
    expect(parametersOf(request, answer)).toEqual({
      ...{ booster: 'dart', eta: 0.123456789012345, rate: 0.3, depth: 6, rounds: 200 },
    });
  });

  it('is an error where it is no point of the space', async () => {
    const asking = suggestAll([{ ...request, warmStart: null }], async () => [{ booster: 0, eta: 9, depth: 6 }]);
    await expect(asking).rejects.toMatchObject({ code: 'PRN-SWEEP-003' });
  });

  it('gives way to a warm start', async () => {
    const answer = { booster: 0, eta: 0.1, depth: 6 };
    const [parameters] = await suggestAll([{ ...request, warmStart: { eta: 0.25, gone: 1 } }], async () => [answer]);
    expect(parameters).toEqual({ booster: 'gbtree', eta: 0.25, depth: 6, rounds: 200 });
  });
});
