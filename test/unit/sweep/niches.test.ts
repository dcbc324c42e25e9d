import { expect, it } from 'vitest';
import { apartFirst } from '../../../src/sweep/niches.ts';

const trial = (number: number, ...point: number[]) => ({ trial: number, point, loss: number });
const orderOf = (trials: ReturnType<typeof trial>[]) => apartFirst(trials).map((one) => one.trial);

it('puts trials that lie next to a better one last, in their order', () => {
  expect(
    orderOf([trial(0, 0.5, 0.5), trial(1, 0.55, 0.45), trial(2, 0.9, 0.5), trial(3, 0.5, 0.5), trial(4, 0.1, 0.1)]),
  ).toEqual([0, 2, 4, 1, 3]);
});

it('tells trials with different choices apart, and those that lack a parameter from those that have it', () => {
  expect(
    orderOf([trial(0, 0, 0.5), trial(1, 1, 0.5), trial(2, 0, Number.NaN), trial(3, 0, Number.NaN), trial(4, 1, 0.9)]),
  ).toEqual([0, 1, 2, 4, 3]);
});
