import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { modelFileJsonSchema } from '../../../src/plan/json-schema.ts';
import { gateMetrics } from '../../../src/plan/metrics.ts';

const page = readFileSync('docs/model-file.md', 'utf8');
const prose = page.replaceAll(/^```.*?^```/gms, '');
const words = new Set([...prose.matchAll(/`([^`]+)`/g)].flatMap(([, text = '']) => text.split(/[^\w$:-]+/)));

/** Every key and every value of a fixed set that the schema knows. */
function vocabulary(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const {
    properties,
    enum: values,
    const: constant,
  } = node as { properties?: object; enum?: string[]; const?: string };
  const own = [...Object.keys(properties ?? {}), ...(values ?? []), ...(constant === undefined ? [] : [constant])];
  return [...own, ...Object.values(node).flatMap(vocabulary)];
}

describe('docs/model-file.md', () => {
  test('explains every key and every value that the schema allows', () => {
    expect([...new Set(vocabulary(modelFileJsonSchema()))].filter((word) => !words.has(word))).toEqual([]);
  });

  test.each(['binary-classification', 'multiclass-classification', 'regression'] as const)(
    'names every metric of %s',
    (task) => {
      expect(gateMetrics(task).filter((metric) => !words.has(metric))).toEqual([]);
    },
  );
});
