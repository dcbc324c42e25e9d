import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { modelFile } from '../../../src/plan/schema.ts';
import { checkShape } from '../../../src/plan/shape.ts';
import { baseText } from './base-for-test.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const base: Json = JSON.parse(baseText.replace(/^ *\/\/.*$/m, ''));
const paths = everyPath(base);
const replacements: readonly (Json | undefined)[] = [
  undefined,
  null,
  true,
  0,
  0.5,
  3,
  -1,
  '',
  'x',
  '7d',
  'champion',
  [],
  [1, 2],
  ['a'],
  {},
  { kind: 'train' },
];

function everyPath(value: Json, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries: [string | number, Json][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...entries.flatMap(([key, child]) => everyPath(child, [...path, key]))];
}

function changed(value: Json, path: readonly (string | number)[], replacement: Json | undefined): Json {
  const [key, ...rest] = path;
  if (key === undefined) return replacement ?? null;
  if (Array.isArray(value))
    return value.map((item, index) => (index === key ? changed(item, rest, replacement) : item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([name, child]): [string, Json][] => {
    if (name !== key) return [[name, child]];
    if (rest.length === 0 && replacement === undefined) return [];
    return [[name, changed(child, rest, replacement)]];
  });
  return Object.fromEntries(entries);
}

const mutation = fc.tuple(fc.constantFrom(...paths), fc.constantFrom(...replacements));

describe('checkShape', () => {
  test('agrees with zod about what is right, and fills in the same defaults', () => {
    let accepted = 0;
    const agrees = fc.property(fc.array(mutation, { maxLength: 2 }), (mutations) => {
      const value = mutations.reduce<Json>((current, [path, replacement]) => changed(current, path, replacement), base);
      const parsed = modelFile.safeParse(value);
      const { value: shaped, findings } = checkShape(modelFile, value, []);
      expect(findings.length === 0, JSON.stringify(findings)).toBe(parsed.success);
      if (!parsed.success) return;
      accepted += 1;
      expect(shaped).toEqual(parsed.data);
    });
    fc.assert(agrees, { numRuns: 2000, seed: 7 });
    expect(accepted).toBeGreaterThan(200);
  });
});
