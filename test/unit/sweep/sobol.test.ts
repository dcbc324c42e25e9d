import { expect, test } from 'vitest';
import { sobolPoint } from '../../../src/sweep/sobol.ts';

test('start points are those of a Sobol sequence, as SciPy draws them', () => {
  // scipy.stats.qmc.Sobol(20, scramble=False).random(8)[:, [0, 1, 2, 5, 10, 19]]
  const expected = [
    [0, 0, 0, 0, 0, 0],
    [0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
    [0.75, 0.25, 0.25, 0.75, 0.75, 0.25],
    [0.25, 0.75, 0.75, 0.25, 0.25, 0.75],
    [0.375, 0.375, 0.625, 0.125, 0.875, 0.125],
    [0.875, 0.875, 0.125, 0.625, 0.375, 0.625],
    [0.625, 0.125, 0.875, 0.875, 0.125, 0.375],
    [0.125, 0.625, 0.375, 0.375, 0.625, 0.875],
  ];
  const points = expected.map((_, index) => sobolPoint(index, new Array<number>(20).fill(0)));
  expect(points.map((point) => [0, 1, 2, 5, 10, 19].map((dimension) => point[dimension]))).toEqual(expected);
});

test('a shift moves every point and keeps them in [0, 1)', () => {
  const moved = Array.from({ length: 64 }, (_, index) => sobolPoint(index, [0.3])[0] ?? Number.NaN);
  expect(Math.min(...moved)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...moved)).toBeLessThan(1);
  expect(new Set(moved.map((value) => Math.floor(value * 64))).size).toBe(64);
});

test('beyond the table of directions there is no point', () => {
  expect(sobolPoint(1, new Array<number>(21).fill(0))[20]).toBeNull();
});
