import type { ErrorBody } from '../api/wire.ts';
import { type ErrorCode, errorCodes } from '../errors/codes.ts';
import { PerennialError } from '../errors/error.ts';

/** The server's error as it was meant: same code, message and hint. */
export function errorOfBody(status: number, body: unknown, url: string): PerennialError {
  const told = unwrap(body);
  if (!isErrorBody(told)) {
    return new PerennialError('PRN-CLI-006', { message: `${url} answered ${status} without an explanation.` });
  }
  const { code, message, hint, next, details } = told;
  const known = code in errorCodes ? (code as ErrorCode) : 'PRN-CLI-006';
  return new PerennialError(known, {
    message,
    hint,
    details: { ...details, status, ...(next ? { next } : {}), ...(known === code ? {} : { code }) },
  });
}

/** The gateway puts its error under `error`, as inference servers do. */
function unwrap(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'error' in body ? body.error : body;
}

function isErrorBody(body: unknown): body is ErrorBody {
  if (typeof body !== 'object' || body === null) return false;
  return 'code' in body && 'message' in body && 'hint' in body && typeof body.code === 'string';
}

/** What `fetch` throws, told as somebody would who knows what listens there. */
export function errorOfFetch(error: unknown, url: string, what: string): PerennialError {
  const { host } = new URL(url);
  const causes = causesOf(error);
  if (causes.some((cause) => cause.name === 'TimeoutError')) {
    return new PerennialError('PRN-CLI-001', {
      message: `${what} at ${host} did not answer in time.`,
      hint: 'It may be busy; see: perennial doctor',
      cause: error,
    });
  }
  const refused = causes.some((cause) => 'code' in cause && cause.code === 'ECONNREFUSED');
  const why = refused ? 'Nothing listens there.' : (causes.at(-1)?.message ?? String(error));
  return new PerennialError('PRN-CLI-001', {
    message: `Couldn't reach ${what} at ${host}.`,
    hint: `${why} Start it: perennial up`,
    cause: error,
    details: { next: ['perennial up'] },
  });
}

function causesOf(error: unknown): Error[] {
  const causes: Error[] = [];
  for (let each = error; each instanceof Error && causes.length < 5; each = each.cause) {
    causes.push(each);
    if (each instanceof AggregateError) causes.push(...each.errors.filter((inner) => inner instanceof Error));
  }
  return causes;
}
