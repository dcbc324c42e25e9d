import type { FastifyReply } from 'fastify';
import { isPerennialError, PerennialError } from '../../errors/error.ts';
import { isObject } from '../predict-request.ts';
import type { AnsweredRow } from './answer-rows.ts';
import type { GatewayParts } from './gateway-parts.ts';

const statuses: Readonly<Record<string, number>> = {
  'PRN-GATEWAY-001': 400,
  'PRN-GATEWAY-002': 400,
  'PRN-GATEWAY-003': 404,
  'PRN-GATEWAY-004': 503,
  'PRN-GATEWAY-010': 504,
  'PRN-GATEWAY-011': 503,
  'PRN-GATEWAY-012': 429,
  'PRN-GATEWAY-015': 401,
  'PRN-GATEWAY-016': 429,
  'PRN-GATEWAY-017': 413,
  'PRN-GATEWAY-018': 400,
  'PRN-GATEWAY-019': 415,
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

export type HeaderList = readonly (readonly [string, string])[];

/** Ends one request: by fastify, or in the fast lane. The text is JSON. */
export type Respond = (status: number, headers: HeaderList, text: string) => void;

/** Ends a request of fastify. */
export function respondBy(reply: FastifyReply): Respond {
  return (status, headers, text) => {
    for (const [name, value] of headers) reply.header(name, value);
    reply.code(status).header('content-type', 'application/json; charset=utf-8').send(text);
  };
}

/** Answers with an error, and counts it. */
export function refuse(parts: Pick<GatewayParts, 'metrics' | 'logger'>, error: unknown, respond: Respond): void {
  const { status, error: body } = errorReply(error);
  parts.metrics.refused(body.code);
  if (status >= 500) parts.logger.warn({ code: body.code }, body.message);
  respond(status, retryHeaders(status, body.details), JSON.stringify({ error: body }));
}

export function retryHeaders(status: number, details: unknown): HeaderList {
  if (status !== 503 && status !== 429) return [];
  const told = isObject(details) ? details.retryAfterSeconds : undefined;
  return [['retry-after', String(typeof told === 'number' ? told : 1)]];
}

/** Says who answered and why; several versions or roles in one request are listed. */
export function servedHeaders(rows: readonly AnsweredRow[]): HeaderList {
  const first = rows[0]?.served;
  if (first === undefined) return [];
  const headers: [string, string][] = [
    ['x-perennial-version', listed(rows, ({ version }) => version)],
    ['x-perennial-role', listed(rows, ({ role }) => role)],
    ['x-perennial-weight', String(first.share)],
  ];
  if (rows.some(({ served }) => served.segment !== undefined))
    headers.push(['x-perennial-segment', listed(rows, ({ segment }) => segment ?? '')]);
  if (rows.some(({ served }) => served.holdback)) headers.push(['x-perennial-holdback', 'true']);
  const fallen = rows.filter(({ served }) => served.fallback !== null);
  if (fallen.length > 0) headers.push(['x-perennial-fallback', listed(fallen, ({ fallback }) => fallback)]);
  return headers;
}

function listed(rows: readonly AnsweredRow[], value: (served: AnsweredRow['served']) => unknown): string {
  const seen: unknown[] = [];
  for (const { served } of rows) {
    const one = value(served);
    if (!seen.includes(one)) seen.push(one);
  }
  return seen.join(',');
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
