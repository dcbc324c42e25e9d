import { describe, expect, it } from 'vitest';
import { metadata, outputTensors, parseInfer } from '../../../src/gateway/open-inference.ts';
import { parseLabels, parsePredict, parseVersion } from '../../../src/gateway/predict-request.ts';
import type { Signature } from '../../../src/gateway/predictor.ts';

describe('parsePredict', () => {
  it('reads one row', () => {
    expect(parsePredict({ id: 7, key: 'k', features: { a: 1 } }, 10)).toEqual({
      single: true,
      rows: [{ id: '7', key: 'k', features: { a: 1 } }],
    });
  });

  it('reads a list of rows', () => {
    expect(parsePredict({ rows: [{ features: {} }, { id: 'x', features: {} }] }, 10)).toMatchObject({
      single: false,
      rows: [{ id: null }, { id: 'x' }],
    });
  });

  it.each([
    [undefined, 'must be a JSON object'],
    [[], 'must be a JSON object'],
    [{}, '"features"'],
    [{ features: [1] }, '"features"'],
    [{ rows: [] }, 'at least one row'],
    [{ rows: [{ features: {} }, { feature: {} }] }, 'rows[1]'],
    [{ id: '', features: {} }, '"id" of the body'],
    [{ rows: [{ key: true, features: {} }] }, '"key" of rows[0]'],
    [{ id: 'half \ud83d', features: {} }, '"id" of the body'],
  ])('says what is wrong with %j', (body, expected) => {
    expect(() => parsePredict(body, 10)).toThrow(expected);
  });

  it('says so where what came is too deep to be shown', () => {
    const deep: unknown = JSON.parse('['.repeat(20_000) + ']'.repeat(20_000));
    expect(() => parsePredict({ id: deep, features: {} }, 10)).toThrow('something nested too deeply');
  });
});

describe('parsePredict with a limit', () => {
  it('refuses more rows than it, and says how many there may be', () => {
    const rows = [1, 2, 3].map(() => ({ features: {} }));
    expect(() => parsePredict({ rows }, 2)).toThrow('"rows" may hold 2 rows');
  });
});

describe('parseLabels', () => {
  it('reads ids and labels, with numbers as ids made to text', () => {
    expect(
      parseLabels({
        labels: [
          { id: 1, label: 'late' },
          { id: 'b', label: 0 },
        ],
      }),
    ).toEqual([
      { id: '1', label: 'late' },
      { id: 'b', label: 0 },
    ]);
  });

  it.each([
    [{}, '"labels"'],
    [{ labels: [{ label: 1 }] }, 'labels[0] needs an "id"'],
    [{ labels: [{ id: 'a', label: 1 }, { id: 'b' }] }, 'labels[1].label'],
  ])('says what is wrong with %j', (body, expected) => {
    expect(() => parseLabels(body)).toThrow(expected);
  });
});

describe('parseVersion', () => {
  it('reads a number and refuses anything else', () => {
    expect(parseVersion('12')).toBe(12);
    for (const text of ['0', '-1', '1.5', 'latest']) expect(() => parseVersion(text)).toThrow('x-model-version');
  });
});

describe('parseInfer', () => {
  const input = { name: 'a', datatype: 'FP32', shape: [2, 1], data: [[1], [null]] };

  it('makes rows of tensors, nested or flat', () => {
    const text = { name: 'c', datatype: 'BYTES', shape: [2], data: ['x', 'y'] };
    const parsed = parseInfer({ id: 'q', inputs: [input, text], parameters: { key: 'user' } }, 100);
    expect(parsed).toMatchObject({ id: 'q', key: 'user' });
    expect(parsed.rows.map(({ features }) => features)).toEqual([
      { a: 1, c: 'x' },
      { a: null, c: 'y' },
    ]);
  });

  it.each([
    [{}, '"inputs"'],
    [{ inputs: [{ ...input, datatype: 'FLOAT' }] }, 'Input "a": datatype'],
    [{ inputs: [{ ...input, shape: [3, 1] }] }, 'Input "a": shape'],
    [{ inputs: [{ ...input, shape: [1, 2] }] }, 'Input "a": shape'],
    [{ inputs: [{ ...input, data: undefined }] }, '"data"'],
    [{ inputs: [{ ...input, shape: [0], data: [] }] }, 'at least one row'],
    [{ inputs: [input, { ...input, name: 'b', shape: [1], data: [1] }] }, 'Input "b" must have 2 rows'],
  ])('says what is wrong with %j', (body, expected) => {
    expect(() => parseInfer(body, 100)).toThrow(expected);
  });
});

describe('outputTensors', () => {
  const binary: Signature = {
    task: 'binary-classification',
    features: [{ name: 'a', type: 'numeric' }],
    classes: [0, 1],
  };

  it('answers probabilities of every class and the label', () => {
    expect(outputTensors(binary, [{ prediction: 1, probability: 0.75, score: 0.75 }])).toEqual([
      { name: 'probabilities', datatype: 'FP32', shape: [1, 2], data: [0.25, 0.75] },
      { name: 'label', datatype: 'INT64', shape: [1], data: [1] },
    ]);
  });

  it('describes the same tensors in the metadata', () => {
    expect(metadata('m', [3], binary)).toMatchObject({
      name: 'm',
      versions: ['3'],
      inputs: [{ name: 'a', datatype: 'FP32', shape: [-1, 1] }],
      outputs: [
        { name: 'probabilities', shape: [-1, 2] },
        { name: 'label', shape: [-1] },
      ],
    });
  });
});
