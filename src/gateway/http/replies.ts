import type { FastifyReply } from 'fastify';
import { isPerennialError, PerennialError } from '../../errors/error.ts';
import type { AnsweredRow } from './answer-rows.ts';

const statuses: Readonly<Record<string, number>> = {
  'PRN-GATEWAY-001': 400,
  'PRN-GATEWAY-002': 400,
  'PRN-GATEWAY-003': 404,
  'PRN-GATEWAY-004': 503,
  'PRN-GATEWAY-010': 504,
  'PRN-GATEWAY-011': 503,
  'PRN-GATEWAY-012': 503,
};

export interface ErrorReply {
  readonly status: number;
  readonly error: Record<string, unknown> & { readonly code: string; readonly message: string };
}

/** An error as a caller sees it: coded, with a hint, and no stack. */
export function errorReply(error: unknown): ErrorReply {
  const known = isPerennialError(error) ? error : translate(error);
  const status = isHttpError(error) ? error.statusCode : (statuses[known.code] ?? unavailable(known));
  const { code, message, hint, details } = known;
  return { status, error: { code, message, hint, details } };
}

/** Already text: no schema, no second pass over the numbers. */
export function sendJson(reply: FastifyReply, body: unknown, status = 200): void {
  reply.code(status).header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(body));
}

/** Says who answered; several versions or roles in one request are listed. */
export function markServed(reply: FastifyReply, rows: readonly AnsweredRow[]): void {
  const first = rows[0]?.served;
  if (first === undefined) return;
  const one = rows.length === 1;
  const list = (values: readonly unknown[]): string => [...new Set(values)].join(',');
  reply.header('x-perennial-version', one ? first.version : list(rows.map(({ served }) => served.version)));
  reply.header('x-perennial-role', one ? first.role : list(rows.map(({ served }) => served.role)));
  reply.header('x-perennial-weight', first.share);
  const fallbacks = rows.flatMap(({ served }) => (served.fallback === null ? [] : [served.fallback]));
  if (fallbacks.length > 0) reply.header('x-perennial-fallback', list(fallbacks));
}

/** A version that the registry does not know is the caller's mistake; one that cannot be fetched is ours. */
function unavailable(error: PerennialError): number {
  if (error.code !== 'PRN-GATEWAY-005') return 500;
  return isPerennialError(error.cause) && !error.cause.retryable ? 404 : 503;
}

function translate(error: unknown): PerennialError {
  const message = error instanceof Error ? error.message : String(error);
  return new PerennialError(isHttpError(error) ? 'PRN-GATEWAY-001' : 'PRN-GATEWAY-008', { message, cause: error });
}

function isHttpError(error: unknown): error is Error & { readonly statusCode: number } {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number';
}
