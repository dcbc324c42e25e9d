import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ParameterSpace } from '../../../src/plan/schema.ts';
import { directionOf } from '../../../src/sweep/direction.ts';
import { bestTrial, type Observation, type SuggestRequest, suggest } from '../../../src/sweep/sampler.ts';
import type { Parameters } from '../../../src/sweep/space.ts';

const space: Record<string, ParameterSpace> = {
  depth: { int: [3, 10], log: false },
  leaves: { int: [1, 1000], log: true },
  eta: { float: [0.001, 0.3], log: true },
  keep: { float: [-1, 1], log: false },
  booster: { choice: ['tree', 7, false] },
  rounds: { fixed: 120 },
};

/** Runs a whole sweep, one trial after the other. */
function sweep(
  options: Pick<SuggestRequest, 'space' | 'seed'> & Partial<SuggestRequest>,
  trials: number,
  objective: (parameters: Parameters) => number | null,
): Observation[] {
  const observations: Observation[] = [];
  for (let trial = 0; trial < trials; trial++) {
    const parameters = suggest({ running: [], ...options, observations, trialNumber: trial });
    observations.push({ trial, parameters, value: objective(parameters) });
  }
  return observations;
}

const score = ({ depth, eta, booster }: Parameters) =>
  -Math.abs(Number(depth) - 6) - Math.abs(Math.log(Number(eta) / 0.03)) - (booster === 7 ? 0 : 1);

describe('suggest', () => {
  test('gives the same answer to the same request, whatever came in between and in whatever order results came', () => {
    const observations = sweep({ space, seed: 5 }, 40, score);
    const request = { space, observations, running: [], seed: 5, trialNumber: 40 };
    const first = suggest(request);
    suggest({ ...request, trialNumber: 41 });
    expect(suggest({ ...request, observations: observations.toReversed() })).toEqual(first);
    expect(suggest({ ...request, space: Object.fromEntries(Object.entries(space).reverse()) })).toEqual(first);
  });

  test('gives another answer to another seed or trial number', () => {
    const request = { space, observations: [], running: [], seed: 5, trialNumber: 0 };
    const answers = [request, { ...request, seed: 6 }, { ...request, trialNumber: 1 }].map((one) => suggest(one).eta);
    expect(new Set(answers).size).toBe(3);
  });

  test.each(['random', 'tpe'] as const)('keeps to bounds and types with the %s sampler', (sampler) => {
    const kept = fc.property(fc.integer(), fc.integer({ min: 11, max: 40 }), (seed, trials) => {
      for (const { parameters } of sweep({ space, seed, sampler }, trials, score)) {
        expect(parameters).toEqual({
          depth: expect.toSatisfy((value: number) => Number.isInteger(value) && value >= 3 && value <= 10),
          leaves: expect.toSatisfy((value: number) => Number.isInteger(value) && value >= 1 && value <= 1000),
          eta: expect.toSatisfy((value: number) => value >= 0.001 && value <= 0.3),
          keep: expect.toSatisfy((value: number) => value >= -1 && value <= 1),
          booster: expect.toSatisfy((value: unknown) => value === 'tree' || value === 7 || value === false),
          rounds: 120,
        });
      }
    });
    fc.assert(kept, { numRuns: 25, seed: 1 });
  });

  test('draws the ends of a range of whole numbers as often as its middle', () => {
    const counts = new Map<unknown, number>();
    for (let seed = 0; seed < 4000; seed++) {
      const { k } = suggest({
        space: { k: { int: [1, 4], log: false } },
        observations: [],
        running: [],
        seed,
        trialNumber: 0,
      });
      counts.set(k, (counts.get(k) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([1, 2, 3, 4]);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });

  test('repeats no finished or running trial while others are possible', () => {
    const small: Record<string, ParameterSpace> = { k: { int: [1, 3], log: false }, on: { choice: [true, false] } };
    const observations = sweep({ space: small, seed: 3 }, 5, ({ k }) => Number(k));
    const seen = new Set(observations.map(({ parameters }) => JSON.stringify(parameters)));
    expect(seen.size).toBe(5);
    const sixth = suggest({ space: small, observations, running: [], seed: 3, trialNumber: 5 });
    expect(seen).not.toContain(JSON.stringify(sixth));
    expect(suggest({ space: small, observations, running: [sixth], seed: 3, trialNumber: 6 })).toHaveProperty('k');
  });

  test('gives parallel trials different parameters', () => {
    const small: Record<string, ParameterSpace> = { k: { int: [1, 2], log: false } };
    const request = { space: small, observations: [], seed: 3, trialNumber: 1 };
    expect(suggest({ ...request, running: [{ k: 1 }] })).toEqual({ k: 2 });
    expect(suggest({ ...request, running: [{ k: 2 }] })).toEqual({ k: 1 });
  });

  test('stays away from where trials fail', () => {
    const found = sweep({ space, seed: 9 }, 80, (parameters) =>
      Number(parameters.keep) < 0 ? null : score(parameters),
    );
    const late = found.slice(40);
    expect(late.filter(({ value }) => value === null).length).toBeLessThan(late.length / 4);
  });

  test('works on when every trial failed, when the space changed, and when nothing varies', () => {
    const failed = sweep({ space, seed: 1 }, 20, () => null);
    const changed = { ...space, depth: { int: [20, 30], log: false } } satisfies Record<string, ParameterSpace>;
    const next = suggest({ space: changed, observations: failed, running: [], seed: 1, trialNumber: 20 });
    expect(next.depth).toBeGreaterThanOrEqual(20);
    const fixed: Record<string, ParameterSpace> = { rounds: { fixed: 3 } };
    expect(sweep({ space: fixed, seed: 1 }, 12, () => 1).at(-1)?.parameters).toEqual({ rounds: 3 });
  });
});

/** Branin's function with its least value 0.397887 taken off. */
function branin({ x, y }: Parameters): number {
  const [a, b] = [Number(x), Number(y)];
  const bend = b - (5.1 * a * a) / (4 * Math.PI ** 2) + (5 * a) / Math.PI - 6;
  return bend * bend + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(a) + 10 - 0.397887;
}

describe('the tpe sampler', () => {
  test('comes much nearer to the least value of Branin than random search over 20 seeds', () => {
    const plane: Record<string, ParameterSpace> = {
      x: { float: [-5, 10], log: false },
      y: { float: [0, 15], log: false },
    };
    const regrets = (sampler: 'random' | 'tpe') =>
      Array.from({ length: 20 }, (_, seed) => {
        const done = sweep({ space: plane, seed, sampler, direction: 'minimize' }, 100, branin);
        return bestTrial(done, 'minimize')?.value ?? Number.NaN;
      }).sort((a, b) => a - b);
    const [random, tpe] = [regrets('random')[10] ?? 0, regrets('tpe')[10] ?? 0];
    expect(tpe).toBeLessThan(random / 4);
    expect(tpe).toBeLessThan(0.06);
  });

  test('keeps away from running trials', () => {
    const line: Record<string, ParameterSpace> = { x: { float: [0, 1], log: false } };
    const observations = sweep({ space: line, seed: 4 }, 30, ({ x }) => -Math.abs(Number(x) - 0.5));
    const spread = (running: readonly Parameters[]) => {
      const next = Array.from({ length: 40 }, (_, index) =>
        Number(suggest({ space: line, observations, running, seed: 4, trialNumber: 30 + index }).x),
      );
      return next.filter((x) => Math.abs(x - 0.5) < 0.05).length;
    };
    const crowd = Array.from({ length: 12 }, (_, index) => ({ x: 0.47 + index * 0.005 }));
    expect(spread(crowd)).toBeLessThan(spread([]) * 0.6);
  });

  test('finds the better end of each kind of parameter', () => {
    const best = bestTrial(sweep({ space, seed: 2 }, 80, score), 'maximize');
    expect(best?.parameters).toMatchObject({ depth: 6, booster: 7 });
    expect(Math.abs(Math.log(Number(best?.parameters.eta) / 0.03))).toBeLessThan(0.2);
  });
});

describe('bestTrial', () => {
  const trial = (number: number, value: number | null): Observation => ({ trial: number, parameters: {}, value });

  test('takes the highest or the lowest value, the earliest of equals, and never a failed one', () => {
    const observations = [trial(3, 0.7), trial(1, 0.7), trial(0, 0.2), trial(2, null), trial(4, Number.NaN)];
    expect(bestTrial(observations, 'maximize')?.trial).toBe(1);
    expect(bestTrial(observations, 'minimize')?.trial).toBe(0);
  });

  test('is null without any value', () => {
    expect(bestTrial([], 'maximize')).toBeNull();
    expect(bestTrial([trial(0, null)], 'minimize')).toBeNull();
  });
});

describe('directionOf', () => {
  test.each(['auc', 'prAuc', 'accuracy', 'precision', 'recall', 'f1', 'r2', 'mapAtK'])('maximises %s', (metric) => {
    expect(directionOf(metric)).toBe('maximize');
  });

  test.each(['logLoss', 'brier', 'ece', 'mae', 'rmse', 'mape', 'servingP99Ms', 'servingErrors', 'val_loss'])(
    'minimises %s',
    (metric) => expect(directionOf(metric)).toBe('minimize'),
  );
});
