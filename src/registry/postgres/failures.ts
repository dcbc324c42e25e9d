import { isPerennialError, PerennialError } from '../../errors/error.ts';

const socketCodes = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
];
/** Shutting down, crashed, starting up, too many clients: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const serverCodes = ['57P01', '57P02', '57P03', '57P05', '53300', '25P03'];
const clientMessages =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|connection ended unexpectedly/i;

/** A deadlock or serialization failure: the whole transaction may simply be run again. */
export function isTransient(error: unknown): boolean {
  return ['40001', '40P01'].includes(codeOf(error));
}

/** The foreign key or unique constraint that refused a row; '' when that is not what happened. */
export function violatedConstraint(error: unknown): string {
  const named = ['23503', '23505'].includes(codeOf(error)) && error instanceof Error && 'constraint' in error;
  return named ? String(error.constraint) : '';
}

/** Turns what a user can do something about into a coded error; everything else is a bug and passes unchanged. */
export function asRegistryError(error: unknown, connectionString: string): unknown {
  if (isPerennialError(error)) return error;
  if (isConnectionLoss(error)) {
    const message = `The database at ${placeOf(connectionString)} did not answer: ${textOf(error)}`;
    return new PerennialError('PRN-REGISTRY-010', { message, cause: error });
  }
  if (['42P01', '42703'].includes(codeOf(error))) {
    const message = `The database at ${placeOf(connectionString)} lacks a table or column: ${textOf(error)}`;
    return new PerennialError('PRN-REGISTRY-011', { message, cause: error });
  }
  return error;
}

function isConnectionLoss(error: unknown): boolean {
  const code = codeOf(error);
  if (socketCodes.includes(code) || serverCodes.includes(code) || code.startsWith('08')) return true;
  if (error instanceof AggregateError) return error.errors.some(isConnectionLoss);
  return code === '' && error instanceof Error && clientMessages.test(error.message);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Node reports a refused localhost (both address families) as an AggregateError without a message of its own. */
function textOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(textOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

/** Host, port and database, never the password. */
function placeOf(connectionString: string): string {
  try {
    const { host, pathname } = new URL(connectionString);
    return `${host}${pathname}`;
  } catch {
    return 'the configured connection string';
  }
}
