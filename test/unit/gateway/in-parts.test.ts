import { describe, expect, it } from 'vitest';
import { inParts } from '../../../src/gateway/in-parts.ts';
import type { Predictor } from '../../../src/gateway/predictor.ts';

describe('a predictor that is asked in parts', () => {
  it('answers all rows in their order, never more than so many at once', async () => {
    const asked: number[] = [];
    const doubling: Predictor = {
      async predict({ rows, columns }) {
        asked.push(rows);
        const values = (columns.a ?? []).flatMap((value) => [Number(value), 2 * Number(value)]);
        return { rows, width: 2, values: Float32Array.from(values) };
      },
      close: () => Promise.resolve(),
    };
    const a = [1, 2, 3, 4, 5];
    const { rows, width, values } = await inParts(doubling, 2).predict({ rows: 5, columns: { a } });
    expect({ rows, width, values: [...values] }).toEqual({ rows: 5, width: 2, values: a.flatMap((n) => [n, 2 * n]) });
    expect(asked).toEqual([2, 2, 1]);
  });
});
