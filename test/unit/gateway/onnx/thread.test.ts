import type { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { startThread } from '../../../../src/gateway/onnx/thread.ts';
import { fixture, goodScore, signature } from '../http/harness.ts';

const batch = { rows: 1, columns: { a: [0.25], b: [0], c: ['blue'] } };

describe('a model in a thread', () => {
  it('answers many calls at once, each with its own scores, and ends without an unanswered one', async () => {
    const predictor = await startThread(fixture('good'), signature);
    const answers = await Promise.all(Array.from({ length: 20 }, () => predictor.predict(batch)));
    const expected = goodScore({ a: 0.25, b: 0, c: 'blue' });
    for (const { values } of answers) expect(values[1]).toBeCloseTo(expected, 6);
    await predictor.close();
    await expect(predictor.predict(batch)).rejects.toMatchObject({ code: 'PRN-GATEWAY-011' });
  });

  it('is loaded into another thread when its own has died', async () => {
    const threads: Worker[] = [];
    const remember = (thread: Worker): void => void threads.push(thread);
    process.on('worker', remember);
    const predictor = await startThread(fixture('good'), signature);
    await threads[0]?.terminate();
    const answers = await Promise.all([predictor.predict(batch), predictor.predict(batch)]);
    process.off('worker', remember);
    for (const { values } of answers) expect(values[1]).toBeCloseTo(goodScore({ a: 0.25, b: 0, c: 'blue' }), 6);
    expect(threads).toHaveLength(2);
    await predictor.close();
  });

  it('tells the runtime’s errors with their codes', async () => {
    await expect(startThread(fixture('absent'), signature)).rejects.toMatchObject({ code: 'PRN-GATEWAY-006' });
    const other = { ...signature, features: [{ name: 'z', type: 'numeric' as const }] };
    await expect(startThread(fixture('good'), other)).rejects.toMatchObject({ code: 'PRN-GATEWAY-007' });
    const predictor = await startThread(fixture('throws'), signature);
    const failing = predictor.predict({ rows: 1, columns: { a: [0], b: [200], c: ['red'] } });
    await expect(failing).rejects.toMatchObject({ code: 'PRN-GATEWAY-008' });
    await predictor.close();
  });
});
