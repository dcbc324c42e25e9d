import type { Feature, Task } from '../plan/schema.ts';
import type { Signature } from './predictor.ts';

/** What a version that was trained from these features expects and answers. */
export function signatureOf(
  task: Task,
  features: Readonly<Record<string, Feature>>,
  classes: Signature['classes'],
): Signature {
  return { task, features: Object.entries(features).map(([name, { type }]) => ({ name, type })), classes };
}
