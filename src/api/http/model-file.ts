import { createHash } from 'node:crypto';
import { PerennialError } from '../../errors/error.ts';
import type { CompiledPlan } from '../../plan/plan.ts';
import { readModelFile } from '../../plan/read.ts';

export interface PlanSource {
  readonly text: string;
  /** The file's name as the sender knows it: problems name it. */
  readonly path: string;
  /** Absolute folder that the file's relative paths start from, on the workers' machine. */
  readonly base: string;
}

/**
 * Reads a model file that came over the wire.
 * @throws PRN-API-005 with all its problems, placed, in `details.problems` · PRN-API-003 when it is another model's
 */
export function compilePlan({ text, path, base }: PlanSource, expected?: string): CompiledPlan {
  const sha256 = (plain: string) => createHash('sha256').update(plain).digest('hex');
  const read = readModelFile(text, { path, base, sha256 });
  if (!read.ok) {
    const { problems } = read;
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    throw new PerennialError('PRN-API-005', { message: `${path} has ${count}.`, details: { problems } });
  }
  const { model } = read.plan.file;
  if (expected === undefined || model === expected) return read.plan;
  throw new PerennialError('PRN-API-003', { message: `${path} is the file of ${model}, not of ${expected}.` });
}
