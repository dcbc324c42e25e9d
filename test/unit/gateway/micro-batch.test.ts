import { describe, expect, it } from 'vitest';
import { createMicroBatch, type MicroBatchOptions, type RowResult } from '../../../src/gateway/micro-batch.ts';
import type { FeatureBatch, Signature } from '../../../src/gateway/predictor.ts';

const signature: Signature = { task: 'regression', features: [{ name: 'x', type: 'numeric' }], classes: [] };

/** Answers x itself; fails for a batch with a negative x. */
function bench(options: Partial<MicroBatchOptions> = {}) {
  const calls: number[][] = [];
  const batch = createMicroBatch({
    signature,
    defer: setImmediate,
    clock: () => 0,
    predict: async ({ rows, columns }: FeatureBatch) => {
      const values = (columns.x ?? []).map(Number);
      calls.push(values);
      if (values.some((value) => value < 0)) throw new Error('negative');
      return { rows, width: 1, values: Float32Array.from(values) };
    },
    ...options,
  });
  const ask = (x: number, group?: number): Promise<RowResult> =>
    new Promise((resolve, reject) => {
      if (!batch.ask([x], resolve, group)) reject(new Error('full'));
    });
  return { batch, calls, ask };
}

function shown(result: RowResult): number | string | undefined {
  return result.ok ? result.scores.values[result.index] : String(result.error);
}

describe('createMicroBatch', () => {
  it('answers the rows of one turn with one call, each with its own value', async () => {
    const { ask, calls } = bench();
    const results = await Promise.all([1, 2, 3].map((x) => ask(x)));
    expect(results.map(shown)).toEqual([1, 2, 3]);
    expect(calls).toEqual([[1, 2, 3]]);
  });

  it('splits more rows than a batch holds', async () => {
    const { ask, calls } = bench({ batchRows: 2 });
    await Promise.all([1, 2, 3].map((x) => ask(x)));
    expect(calls).toEqual([[1, 2], [3]]);
  });

  it('lets a bad row fail alone', async () => {
    const { ask } = bench();
    const results = await Promise.all([1, -1, 3].map((x) => ask(x)));
    expect(results.map(shown)).toEqual([1, 'Error: negative', 3]);
  });

  it('does not try row by row when the error says that it is no use', async () => {
    const { ask, calls } = bench({ mayIsolate: () => false });
    const results = await Promise.all([1, -1].map((x) => ask(x)));
    expect(results.every(({ ok }) => !ok)).toBe(true);
    expect(calls).toHaveLength(1);
  });

  it('refuses a row when the queue is full', async () => {
    const { ask } = bench({ queueRows: 1 });
    const first = ask(1);
    await expect(ask(2)).rejects.toThrow('full');
    await first;
  });

  it('keeps rows of different groups in different calls', async () => {
    const { ask, calls } = bench();
    await Promise.all([ask(1, 7), ask(2, 7), ask(3, 8)]);
    expect(calls).toEqual([[1, 2], [3]]);
  });

  it('answers the others when one listener throws', async () => {
    const faults: unknown[] = [];
    const { batch, ask } = bench({ onFault: (fault) => faults.push(fault) });
    batch.ask([1], () => {
      throw new Error('listener');
    });
    expect(shown(await ask(2))).toBe(2);
    expect(faults).toHaveLength(1);
  });

  it('is drained only after the last answer', async () => {
    const { batch, ask } = bench();
    let answered = false;
    const answer = ask(1).then(() => {
      answered = true;
    });
    await batch.drained();
    await answer;
    expect(answered).toBe(true);
    await batch.drained();
  });
});
