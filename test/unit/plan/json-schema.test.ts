import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { modelFileJsonSchema, modelFileJsonSchemaText } from '../../../src/plan/json-schema.ts';

interface Fields {
  readonly properties?: Record<string, Fields & { description?: string }>;
}

/** Every property below a node of the schema, with its path. */
function properties(node: unknown, path: string): { path: string; description: string | undefined }[] {
  if (typeof node !== 'object' || node === null) return [];
  const own = Object.entries((node as Fields).properties ?? {}).map(([name, { description }]) => ({
    path: `${path}.${name}`,
    description,
  }));
  const below = Object.entries(node).flatMap(([key, child]) => properties(child, `${path}/${key}`));
  return [...own, ...below];
}

describe('the JSON Schema of the model file', () => {
  test('schema/model.schema.json is what the code says (node scripts/reference.mjs writes it)', () => {
    expect(readFileSync('schema/model.schema.json', 'utf8')).toBe(modelFileJsonSchemaText());
  });

  test('describes every field, for completion in editors', () => {
    const all = properties(modelFileJsonSchema(), '');
    expect(all.length).toBeGreaterThan(90);
    expect(
      all.filter(({ path, description }) => !description && !path.endsWith('.needs')).map(({ path }) => path),
    ).toEqual([]);
  });

  test('requires only what has no default', () => {
    expect(modelFileJsonSchema().required).toEqual(['model', 'task', 'data', 'plan']);
  });
});
