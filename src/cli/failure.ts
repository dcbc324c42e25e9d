import type { ErrorBody } from '../api/wire.ts';
import { isPerennialError, PerennialError } from '../errors/error.ts';
import { type ExitCode, exit } from './command.ts';

/** What a failed command tells, and its exit code. */
export function describeFailure(error: unknown): { readonly body: ErrorBody; readonly code: ExitCode } {
  if (!isPerennialError(error)) return { body: unforeseen(error), code: exit.error };
  const { code, message, hint, details } = error;
  const { next, ...rest } = details;
  const body = {
    code,
    message,
    hint,
    ...(Array.isArray(next) ? { next: next.map(String) } : {}),
    ...(Object.keys(rest).length > 0 ? { details: rest } : {}),
  };
  return { body, code: code === 'PRN-CLI-003' ? exit.needsAnswer : exit.error };
}

function unforeseen(error: unknown): ErrorBody {
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'PRN-CLI-000', message, hint: 'Run it again with --debug to see where it comes from.' };
}

/** Nobody can be asked: the command that leaves nothing to ask. */
export function needsAnswer(what: string, command: string): PerennialError {
  return new PerennialError('PRN-CLI-003', {
    message: `${what} is missing, and nobody is there to ask.`,
    hint: `Run: ${command}`,
    details: { next: [command] },
  });
}

export function usageError(message: string, hint: string): PerennialError {
  return new PerennialError('PRN-CLI-002', { message, hint });
}
