import { PerennialError } from '../errors/error.ts';
import type { Problem } from './problem.ts';

/** The error of a caller that cannot go on without the model file; `details.problems` holds the {@link Problem}s. */
export function refusal(problems: readonly Problem[]): PerennialError {
  const [first] = problems;
  const others = problems.length > 1 ? `, and ${problems.length - 1} more` : '';
  const message = first
    ? `${first.file}:${first.line}:${first.column} ${first.code} ${first.message}${others}`
    : 'the model file was refused';
  return new PerennialError('PRN-PLAN-032', { message, details: { problems } });
}
