import type { FastifyError, FastifyInstance } from 'fastify';
import { ZodError, type ZodType } from 'zod';
import type { ErrorCode } from '../../errors/codes.ts';
import { isPerennialError, PerennialError } from '../../errors/error.ts';
import type { ErrorBody } from '../wire.ts';

const statusByCode: Partial<Record<ErrorCode, number>> = {
  'PRN-API-001': 401,
  'PRN-API-002': 403,
  'PRN-API-003': 400,
  'PRN-API-004': 404,
  'PRN-API-005': 422,
  'PRN-API-006': 503,
  'PRN-API-008': 409,
  'PRN-API-009': 409,
  'PRN-API-010': 409,
  'PRN-API-012': 504,
  'PRN-API-013': 409,
  'PRN-API-014': 401,
  'PRN-API-015': 409,
  'PRN-QUERY-001': 400,
  'PRN-QUERY-002': 400,
  'PRN-QUERY-003': 504,
  'PRN-REGISTRY-001': 404,
  'PRN-REGISTRY-002': 404,
  'PRN-REGISTRY-003': 404,
  'PRN-REGISTRY-004': 409,
  'PRN-REGISTRY-005': 400,
  'PRN-REGISTRY-006': 404,
  'PRN-REGISTRY-014': 409,
  'PRN-REGISTRY-015': 404,
  'PRN-ARTIFACTS-001': 404,
  'PRN-ROLLOUT-005': 409,
};

/** Every failure leaves as `{code, message, hint, next?}`; what nobody foresaw is logged in full and told in one line. */
export function registerFailures(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) => {
    const message = `There is no ${request.method} ${request.url.split('?')[0]}.`;
    const hint = 'The routes are listed in docs/api.md.';
    reply.code(404).send(toBody(new PerennialError('PRN-API-004', { message, hint })));
  });
  app.setErrorHandler((error, request, reply) => {
    const known = translate(error as Error, request.id);
    const status = statusOf(known);
    if (status >= 500) request.log.error({ err: error, code: known.code }, known.message);
    reply.code(status).send(toBody(known));
  });
}

/** Reads untrusted input. @throws PRN-API-003 with every problem in one message */
export function parse<T>(schema: ZodType<T>, input: unknown, where: 'body' | 'path' | 'query'): T {
  const result = schema.safeParse(input === null ? undefined : input);
  if (result.success) return result.data;
  throw invalid(result.error, where);
}

function invalid(error: ZodError, where: string): PerennialError {
  const problems = error.issues.map(({ path, message }) => ({ field: path.join('.') || where, message }));
  const told = problems.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return new PerennialError('PRN-API-003', { message: `The ${where} is not valid: ${told}.`, details: { problems } });
}

function translate(error: Error, requestId: string): PerennialError {
  if (isPerennialError(error)) return error;
  if (error instanceof ZodError) return invalid(error, 'body');
  const { statusCode, message } = error as FastifyError;
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new PerennialError('PRN-API-003', { message, cause: error, details: { statusCode } });
  }
  return new PerennialError('PRN-API-011', {
    message: `The server failed to answer (request ${requestId}).`,
    cause: error,
  });
}

function statusOf(error: PerennialError): number {
  const { statusCode: own } = error.details;
  if (typeof own === 'number') return own;
  return statusByCode[error.code] ?? (error.retryable ? 503 : 500);
}

export function toBody(error: PerennialError): ErrorBody {
  const { code, message, hint, details } = error;
  const { next, ...rest } = details;
  return {
    code,
    message,
    hint,
    ...(Array.isArray(next) ? { next: next.map(String) } : {}),
    ...(Object.keys(rest).length > 0 ? { details: rest } : {}),
  };
}
