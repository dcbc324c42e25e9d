import { describe, expect, it } from 'vitest';
import { loadOnnxPredictor } from '../../../../src/gateway/onnx/predictor.ts';
import type { FeatureBatch, Signature } from '../../../../src/gateway/predictor.ts';
import { fixture, goodScore, signature } from '../http/harness.ts';

function batchOf(rows: readonly { a: number | null; b: number | null; c: string | null }[]): FeatureBatch {
  return {
    rows: rows.length,
    columns: { a: rows.map(({ a }) => a), b: rows.map(({ b }) => b), c: rows.map(({ c }) => c) },
  };
}

describe('loadOnnxPredictor', () => {
  it('answers row-major probabilities of every class', async () => {
    const predictor = await loadOnnxPredictor(fixture('good'), signature);
    const rows = [
      { a: 1, b: 0.5, c: 'red' },
      { a: -1, b: 2, c: 'blue' },
    ];
    const { values, width } = await predictor.predict(batchOf(rows));
    expect(width).toBe(2);
    rows.forEach((row, index) => {
      expect(values[index * 2 + 1]).toBeCloseTo(goodScore(row), 6);
      expect((values[index * 2] ?? 0) + (values[index * 2 + 1] ?? 0)).toBeCloseTo(1, 6);
    });
    await predictor.close();
  });

  it('hands missing values over as NaN and as empty text', async () => {
    const predictor = await loadOnnxPredictor(fixture('good'), signature);
    const { values } = await predictor.predict(batchOf([{ a: null, b: null, c: null }]));
    expect(values[1]).toBeCloseTo(0.5, 6);
    await predictor.close();
  });

  it('answers batches of tens of thousands of rows in order', async () => {
    const predictor = await loadOnnxPredictor(fixture('good'), signature);
    const rows = Array.from({ length: 20_001 }, (_, index) => ({ a: (index % 100) / 50 - 1, b: 0, c: 'green' }));
    const scores = await predictor.predict(batchOf(rows));
    expect(scores).toMatchObject({ rows: 20_001, width: 2 });
    for (const index of [0, 4_095, 4_096, 8_192, 20_000]) {
      expect(scores.values[index * 2 + 1]).toBeCloseTo(goodScore(rows[index] ?? { a: 0, b: 0, c: '' }), 6);
    }
    await predictor.close();
  });

  it('answers no rows with no scores', async () => {
    const predictor = await loadOnnxPredictor(fixture('good'), signature);
    expect(await predictor.predict(batchOf([]))).toMatchObject({ rows: 0, width: 2, values: new Float32Array(0) });
    await predictor.close();
  });

  it('answers one value per row for a regression', async () => {
    const numbers: Signature = {
      task: 'regression',
      features: [
        { name: 'a', type: 'numeric' },
        { name: 'b', type: 'numeric' },
      ],
      classes: [],
    };
    const predictor = await loadOnnxPredictor(fixture('regression'), numbers);
    const { values, width } = await predictor.predict({ rows: 2, columns: { a: [1, 2], b: [0.5, 1] } });
    expect([width, ...values]).toEqual([1, 3.5, 7]);
    await predictor.close();
  });

  it("fails with the runtime's own message", async () => {
    const predictor = await loadOnnxPredictor(fixture('throws'), signature);
    const failing = predictor.predict(batchOf([{ a: 0, b: 200, c: 'red' }]));
    await expect(failing).rejects.toMatchObject({
      code: 'PRN-GATEWAY-008',
      message: expect.stringContaining('indices element out of data bounds, idx=200'),
    });
    await predictor.close();
  });

  it('refuses a file that is not there, with its path', async () => {
    await expect(loadOnnxPredictor('/nowhere/model.onnx', signature)).rejects.toMatchObject({
      code: 'PRN-GATEWAY-006',
      message: expect.stringContaining('/nowhere/model.onnx'),
    });
  });

  it('names every input and output that differs from the signature', async () => {
    const other: Signature = {
      task: 'multiclass-classification',
      features: [
        { name: 'a', type: 'categorical' },
        { name: 'b', type: 'numeric' },
        { name: 'd', type: 'numeric' },
      ],
      classes: ['x', 'y', 'z'],
    };
    const problems = [
      'input "a" is float32, but categorical needs string',
      'input "d" is missing',
      'input "c" is not a feature',
      'output "probabilities" has 2 columns, but the signature has 3',
    ];
    await expect(loadOnnxPredictor(fixture('good'), other)).rejects.toMatchObject({
      code: 'PRN-GATEWAY-007',
      details: { problems },
    });
    await expect(loadOnnxPredictor(fixture('good'), { ...signature, task: 'regression' })).rejects.toThrow(
      'output "prediction" is missing (there is probabilities)',
    );
  });
});
