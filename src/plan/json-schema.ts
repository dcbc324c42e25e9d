import { z } from 'zod';
import { modelFile } from './schema.ts';

/**
 * The JSON Schema of the model file, for completion in editors: schema/model.schema.json is its committed form. Draft 7, because that is
 * what editors read best.
 */
export function modelFileJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(modelFile, { io: 'input', target: 'draft-7' });
  return {
    $schema,
    title: 'Perennial model file',
    description: 'How one model is kept fresh: its data, its checks, its plan. Comments are allowed.',
    ...schema,
  };
}

/** The text of schema/model.schema.json. */
export function modelFileJsonSchemaText(): string {
  return `${JSON.stringify(modelFileJsonSchema(), null, 2)}\n`;
}
