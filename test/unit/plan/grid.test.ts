import { describe, expect, it } from 'vitest';
import { gridSize, gridTrial } from '../../../src/plan/grid.ts';
import type { ParameterSpace } from '../../../src/plan/schema.ts';

const whole = (low: number, high: number, step?: number): ParameterSpace => ({
  int: [low, high],
  log: false,
  ...(step === undefined ? {} : { step }),
});

const all = (space: Record<string, ParameterSpace>) =>
  Array.from({ length: gridSize(space) ?? 0 }, (_, index) => gridTrial(space, index));

describe('the grid of a space', () => {
  it('is every combination once', () => {
    const space = { b: whole(1, 7, 3), a: { choice: ['x', true] }, c: { fixed: 5 } } satisfies Record<
      string,
      ParameterSpace
    >;
    expect(all(space)).toHaveLength(6);
    expect(all(space)).toEqual(
      expect.arrayContaining([1, 4, 7].flatMap((b) => ['x', true].map((a) => ({ b, a, c: 5 })))),
    );
  });

  it('leaves out what does not belong to a trial', () => {
    const space: Record<string, ParameterSpace> = {
      model: { choice: ['tree', 'line', 'none'] },
      depth: { ...whole(1, 4), when: { parameter: 'model', in: ['tree'] } },
      leaf: { choice: ['small', 'large'], when: { parameter: 'depth', in: [2, 3] } },
      slope: { float: [0, 1], step: 0.5, log: false, when: { parameter: 'model', in: ['line'] } },
    };
    expect(all(space)).toEqual(
      expect.arrayContaining([
        ...[1, 4].map((depth) => ({ model: 'tree', depth })),
        ...[2, 3].flatMap((depth) => ['small', 'large'].map((leaf) => ({ model: 'tree', depth, leaf }))),
        ...[0, 0.5, 1].map((slope) => ({ model: 'line', slope })),
        { model: 'none' },
      ]),
    );
    expect(gridSize(space)).toBe(10);
    expect(new Set(all(space).map((trial) => JSON.stringify(trial))).size).toBe(10);
  });

  it('counts values of steps that are no binary fractions', () => {
    expect(gridSize({ x: { float: [0, 0.3], step: 0.1, log: false } })).toBe(4);
    expect(all({ x: { float: [0, 0.3], step: 0.1, log: false } }).map(({ x }) => x)).toEqual([0, 0.1, 0.2, 0.3]);
  });

  it('has no end where a parameter is any number of a range', () => {
    expect(gridSize({ k: whole(1, 2), x: { float: [0, 1], log: false } })).toBeNull();
    expect(gridSize({ x: { float: [1, 10], log: true } })).toBeNull();
  });

  it('counts a million whole numbers without writing them down', () => {
    const space: Record<string, ParameterSpace> = {
      k: { int: [1, 1_000_000], log: true },
      only: { choice: [1, 2], when: { parameter: 'k', in: [500_000] } },
    };
    expect(gridSize(space)).toBe(1_000_001);
    expect(gridTrial(space, 1)).toEqual({ k: 500_000, only: 2 });
    expect(gridTrial(space, 2)).toEqual({ k: 1 });
    expect(gridTrial(space, 1_000_000)).toEqual({ k: 1_000_000 });
  });
});
