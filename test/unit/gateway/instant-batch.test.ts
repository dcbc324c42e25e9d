import { describe, expect, it } from 'vitest';
import { createInstantBatch } from '../../../src/gateway/instant-batch.ts';
import type { RowResult } from '../../../src/gateway/micro-batch.ts';
import type { RowPredictor } from '../../../src/gateway/predictor.ts';

/** Answers a row with its first value, and remembers the sizes of its calls. */
function scene(onFault: (fault: unknown) => void = () => undefined) {
  const calls: number[] = [];
  const predictor: RowPredictor = {
    width: 1,
    score(rows) {
      calls.push(rows.length);
      return { rows: rows.length, width: 1, values: Float32Array.from(rows, ([value]) => Number(value)) };
    },
  };
  let now = 0;
  const clock = (): number => (now += 3);
  const batch = createInstantBatch(predictor, { clock, onFault });
  const answers: number[] = [];
  const results: RowResult[] = [];
  const ask = (value: number): void =>
    void batch.ask([value], (result) => {
      results.push(result);
      answers.push(result.ok ? (result.scores.values[result.index] ?? Number.NaN) : Number.NaN);
    });
  return { batch, ask, calls, answers, results };
}

describe('an instant batch', () => {
  it('answers a row before asking returns', () => {
    const { ask, answers, calls } = scene();
    ask(7);
    expect([answers, calls]).toEqual([[7], [1]]);
  });

  it('answers the rows of one request in one call, each timed by its part', () => {
    const { batch, ask, answers, calls, results } = scene();
    batch.together?.(() => {
      for (const value of [1, 2, 3]) ask(value);
      expect(answers).toEqual([]);
    });
    ask(4);
    expect([answers, calls]).toEqual([
      [1, 2, 3, 4],
      [3, 1],
    ]);
    expect(results.map(({ ms }) => ms)).toEqual([1, 1, 1, 3]);
  });

  it('answers at once again when the asking has thrown, and goes on past a caller that throws', () => {
    const faults: unknown[] = [];
    const { batch, ask, answers } = scene((fault) => faults.push(fault));
    const asking = (): void => {
      ask(1);
      batch.ask([2], () => {
        throw new Error('gone');
      });
      ask(3);
      throw new Error('bad request');
    };
    expect(() => batch.together?.(asking)).toThrow('bad request');
    ask(4);
    expect(answers).toEqual([1, 3, 4]);
    expect(faults).toHaveLength(1);
  });
});
