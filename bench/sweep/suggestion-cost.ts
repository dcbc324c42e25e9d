import { randomFor } from '../../src/sweep/random.ts';
import { type Observation, suggest } from '../../src/sweep/sampler.ts';
import { dimensionsOf, type Parameters, parametersAt, randomPoint, type Space } from '../../src/sweep/space.ts';
import { axes, logRange, whole } from './test-function.ts';

/** The same as in bench/peers/optuna/overhead.py. */
const space: Space = { ...axes(4, -5, 5), lr: logRange(1e-4, 1), k: whole(1, 10), c: { choice: ['a', 'b', 'c'] } };

/** CPU of suggestions after so many finished trials, in milliseconds, in a process that has warmed up like a worker. */
export function suggestionCosts(trials: number, suggestions: number): number[] {
  const dimensions = dimensionsOf(space);
  const random = randomFor(1, -3);
  const observations = Array.from({ length: trials }, (_, trial): Observation => {
    const parameters = parametersAt(space, dimensions, randomPoint(dimensions, random));
    return { trial, parameters, value: loss(parameters) };
  });
  const costs = Array.from({ length: suggestions + 100 }, (_, at) => {
    const before = process.cpuUsage();
    suggest({ space, observations, running: [], seed: 1, trialNumber: trials + at, direction: 'minimize' });
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return costs.slice(100);
}

function loss({ k, c, ...others }: Parameters): number {
  const squares = Object.values(others).map((value) => Number(value) ** 2);
  return squares.reduce((sum, square) => sum + square, 0) + Number(k) + (c === 'a' ? 1 : 0);
}
