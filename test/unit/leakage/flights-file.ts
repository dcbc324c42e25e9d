import { readFileSync } from 'node:fs';
import type { ModelFile } from '../../../src/plan/schema.ts';
import { read } from '../plan/read-for-test.ts';

/** The example's model file. */
export function flightsFile(): ModelFile {
  const result = read(readFileSync('examples/flights/flight-delay.model.json', 'utf8'));
  if (!result.ok) throw new Error('the example does not read');
  return result.plan.file;
}
