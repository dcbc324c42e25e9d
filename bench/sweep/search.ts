import { randomFor } from '../../src/sweep/random.ts';
import { type Observation, suggest } from '../../src/sweep/sampler.ts';
import type { Parameters } from '../../src/sweep/space.ts';
import type { TestFunction } from './test-function.ts';

export const evaluations = [50, 100, 200] as const;

export interface Search {
  /** Least regret after 50, 100 and 200 finished trials. */
  readonly best: readonly number[];
  readonly observations: readonly Observation[];
}

/** One sweep with so many trials always in flight, whose results come back in random order. */
export function search({ space, regret }: TestFunction, inFlight: number, seed: number): Search {
  const order = randomFor(seed, -2);
  const observations: Observation[] = [];
  const running: { readonly trial: number; readonly parameters: Parameters }[] = [];
  let next = 0;
  while (observations.length < evaluations[2]) {
    while (running.length < inFlight) {
      const request = { space, observations, running: running.map(({ parameters }) => parameters) };
      running.push({
        trial: next,
        parameters: suggest({ ...request, seed, trialNumber: next, direction: 'minimize' }),
      });
      next += 1;
    }
    for (const done of running.splice(Math.floor(order() * running.length), 1))
      observations.push({ ...done, value: regret(done.parameters) });
  }
  const regrets = observations.map(({ value }) => value ?? Number.POSITIVE_INFINITY);
  return { best: evaluations.map((count) => Math.min(...regrets.slice(0, count))), observations };
}
