import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/evaluation/random.ts';
import { compile } from '../../../../src/gateway/compiled/compile.ts';
import { createCompiledPredictor } from '../../../../src/gateway/compiled/predictor.ts';
import { probeRows } from '../../../../src/gateway/compiled/probe-rows.ts';
import { revive, slim, tolerance, worstDifference } from '../../../../src/gateway/compiled/stored.ts';
import { decodeGraph } from '../../../../src/gateway/onnx/decode-graph.ts';
import { prepareModel } from '../../../../src/gateway/onnx/prepare-model.ts';
import type { Signature } from '../../../../src/gateway/predictor.ts';

const fixture = (name: string) => join(import.meta.dirname, '../../../fixtures/onnx', `${name}.onnx`);

const features: Signature['features'] = [
  ...['hour', 'temp', 'wind'].map((name) => ({ name, type: 'numeric' as const })),
  ...['carrier', 'dest'].map((name) => ({ name, type: 'categorical' as const })),
];
const early = ['early', 'late', 'on time'];

/** Made by our trainers from the tables of trainers/tests: numbers with holes, categories, category splits. */
const models: readonly (readonly [string, Signature])[] = [
  ['trees-binary', { task: 'binary-classification', features, classes: [0, 1] }],
  ['trees-multiclass', { task: 'multiclass-classification', features, classes: early }],
  ['trees-regression', { task: 'regression', features, classes: [] }],
  ['linear', { task: 'multiclass-classification', features, classes: early }],
];

describe('a compiled model', () => {
  it.each(models)(
    'answers what onnxruntime answers, also at the thresholds and for missing values (%s)',
    async (name, signature) => {
      const prepared = await prepareModel(fixture(name), signature);
      if (prepared.kind !== 'compiled') throw new Error(prepared.reason);
      expect(prepared.proof.rows).toBeGreaterThanOrEqual(10_000);
      expect(prepared.proof.worst).toBeLessThanOrEqual(tolerance);
    },
  );

  it('is the same after it was stored', async () => {
    const signature = models[0]?.[1] as Signature;
    const compilation = compile(decodeGraph(await readFile(fixture('trees-binary'))), signature);
    if (!compilation.ok) throw new Error(compilation.reason);
    const revived = revive(deserialize(serialize(slim(compilation.model))));
    const rows = probeRows(compilation.model, signature, 500, seededRandom(3));
    const [before, after] = [compilation.model, revived].map(
      (model) => createCompiledPredictor(model).score(rows).values,
    );
    expect(after).toEqual(before);
  });

  it('is not made of a graph with other operators, and the reason names one', async () => {
    const signature: Signature = {
      task: 'binary-classification',
      features: [
        { name: 'a', type: 'numeric' },
        { name: 'b', type: 'numeric' },
        { name: 'c', type: 'categorical' },
      ],
      classes: ['no', 'yes'],
    };
    const prepared = await prepareModel(fixture('good'), signature);
    expect(prepared).toMatchObject({
      kind: 'not-compiled',
      reason: expect.stringMatching(/operator|no constant|made by/),
    });
  });

  it('is not made of a classifier whose signature has other classes than the file', async () => {
    const signature: Signature = { task: 'multiclass-classification', features, classes: ['a', 'b'] };
    const compilation = compile(decodeGraph(await readFile(fixture('trees-multiclass'))), signature);
    expect(compilation).toEqual({ ok: false, reason: '3 answers where the signature has 2' });
  });
});

describe('the difference of two lists of answers', () => {
  it('is relative above 1, nothing between two NaN, and infinite between NaN and a number', () => {
    const of = (a: number, b: number) => worstDifference(Float32Array.of(a), Float32Array.of(b));
    expect(of(2048.5, 2048)).toBeCloseTo(0.5 / 2048, 9);
    expect(of(Number.NaN, Number.NaN)).toBe(0);
    expect(of(Number.NaN, 1)).toBe(Number.POSITIVE_INFINITY);
  });
});
