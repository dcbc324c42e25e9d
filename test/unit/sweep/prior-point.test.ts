import { describe, expect, it } from 'vitest';
import { type Fitting, type Prior, priorOf } from '../../../src/sweep/prior.ts';
import { priorPoint, trialsWithPrior } from '../../../src/sweep/prior-point.ts';
import { randomFor } from '../../../src/sweep/random.ts';
import type { Observation } from '../../../src/sweep/sampler.ts';
import {
  dimensionsOf,
  type Parameters,
  parametersAt,
  pointOf,
  randomPoint,
  type Space,
} from '../../../src/sweep/space.ts';

const space: Space = {
  eta: { float: [0.001, 1], log: true },
  depth: { int: [1, 12], log: false },
  booster: { choice: ['tree', 'line'] },
  leaf: { float: [0, 1], log: false, when: { parameter: 'booster', in: ['tree'] } },
};
const dimensions = dimensionsOf(space);

/** Best at eta 0.1, depth 4, tree, leaf 0.3. */
function loss({ eta, depth, booster, leaf }: Parameters): number {
  const bend = (Math.log10(Number(eta)) + 1) ** 2 + ((Number(depth) - 4) / 6) ** 2;
  return bend + (booster === 'tree' ? (Number(leaf) - 0.3) ** 2 : 0.4);
}

function yesterday(lossOf: (parameters: Parameters) => number): Prior {
  const random = randomFor(1, 1);
  const trials: Fitting[] = Array.from({ length: 60 }, (_, trial) => {
    const parameters = parametersAt(space, dimensions, randomPoint(dimensions, random));
    return { trial, parameters, value: lossOf(parameters) };
  });
  return priorOf([trials], space, 'minimize') as Prior;
}

const prior = yesterday(loss);

function ask(
  observations: readonly Observation[],
  change: { running?: readonly Parameters[]; trialNumber?: number } = {},
) {
  const { running = [], trialNumber = observations.length } = change;
  return priorPoint({ space, observations, running, seed: 7, trialNumber, direction: 'minimize' }, prior);
}

/** Trials of today, each where the prior wants it, else somewhere. */
function carriedOn(lossOf: (parameters: Parameters) => number, trials: number) {
  const observations: Observation[] = [];
  const asked: boolean[] = [];
  for (let trial = 0; trial < trials; trial += 1) {
    const wanted = ask(observations);
    asked.push(wanted !== null);
    const parameters = wanted ?? parametersAt(space, dimensions, randomPoint(dimensions, randomFor(9, trial)));
    observations.push({ trial, parameters, value: lossOf(parameters) });
  }
  return { observations, asked, best: Math.min(...observations.map(({ value }) => value ?? 9)) };
}

describe('a sweep with a prior', () => {
  it('is better after six trials than sixty random ones were, on data whose values all lie higher', () => {
    const best = Math.min(...prior.trials.map(({ parameters }) => loss(parameters)));
    expect(carriedOn((parameters) => 5 + loss(parameters), 6).best).toBeLessThan(5 + best);
  });

  it('asks the sampler for every second trial until results speak for the prior, then for none', () => {
    const wants = (observations: readonly Observation[]) =>
      [4, 5, 6].map((trialNumber) => ask(observations, { trialNumber }) !== null);
    expect(wants([])).toEqual([true, false, true]);
    expect(wants(carriedOn(loss, 4).observations)).toEqual([true, true, true]);
  });

  it('drops the prior, once today says the opposite, for good', () => {
    const { asked } = carriedOn((parameters) => -loss(parameters), 12);
    expect(asked.indexOf(false)).toBe(1);
    expect(asked.slice(4).filter((was) => was)).toEqual([]);
  });

  it('is asked in its first trials alone', () => {
    const { observations } = carriedOn(loss, 4);
    expect(ask(observations, { trialNumber: trialsWithPrior - 1 })).not.toBeNull();
    expect(ask(observations, { trialNumber: trialsWithPrior })).toBeNull();
  });

  it('suggests points of the space, the same for the same request, and none that is known or runs', () => {
    const { observations } = carriedOn(loss, 4);
    const running: Parameters[] = [];
    for (let trialNumber = 4; trialNumber < 10; trialNumber += 1) {
      const parameters = ask(observations, { running, trialNumber }) as Parameters;
      expect(pointOf(dimensions, parameters)).not.toBeNull();
      expect('leaf' in parameters).toBe(parameters.booster === 'tree');
      expect(ask(observations, { running: [...running], trialNumber })).toEqual(parameters);
      expect([...observations.map((each) => each.parameters), ...running]).not.toContainEqual(parameters);
      running.push(parameters);
    }
  });

  it('lives with failed trials, and keeps away from where they failed', () => {
    const failed = ask([]) as Parameters;
    const next = ask([{ trial: 0, parameters: failed, value: null }], { trialNumber: 2 });
    expect(next).not.toBeNull();
    expect(next).not.toEqual(failed);
  });

  it('has nothing to suggest where all of a small space is known', () => {
    const small: Space = { depth: { int: [1, 5], log: false } };
    const trials = [1, 2, 3, 4, 5].map((depth, trial) => ({ trial, parameters: { depth }, value: depth }));
    const known = priorOf([trials], small, 'minimize') as Prior;
    const request = { space: small, observations: trials, running: [], seed: 1, trialNumber: 5 };
    expect(priorPoint({ ...request, direction: 'minimize' }, known)).toBeNull();
  });
});
