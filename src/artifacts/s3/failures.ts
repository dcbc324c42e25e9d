import type { ErrorCode } from '../../errors/codes.ts';
import { isPerennialError, PerennialError } from '../../errors/error.ts';

/** What was tried, and the IAM permission that it needs. */
export type Action = keyof typeof permissions;

const permissions = {
  read: 's3:GetObject (and s3:ListBucket, without which a missing object looks like a forbidden one)',
  write: 's3:PutObject and s3:AbortMultipartUpload',
  list: 's3:ListBucket',
  remove: 's3:DeleteObject',
} as const;

/** Names that S3 and the credential providers give to errors, by the code that tells a reader what to do. */
const codesOfNames: Readonly<Record<string, ErrorCode>> = {
  NoSuchBucket: 'PRN-ARTIFACTS-007',
  AccessDenied: 'PRN-ARTIFACTS-008',
  Forbidden: 'PRN-ARTIFACTS-008',
  AllAccessDisabled: 'PRN-ARTIFACTS-008',
  CredentialsProviderError: 'PRN-ARTIFACTS-009',
  ProviderError: 'PRN-ARTIFACTS-009',
  ExpiredToken: 'PRN-ARTIFACTS-009',
  ExpiredTokenException: 'PRN-ARTIFACTS-009',
  InvalidToken: 'PRN-ARTIFACTS-009',
  TokenRefreshRequired: 'PRN-ARTIFACTS-009',
  InvalidAccessKeyId: 'PRN-ARTIFACTS-009',
  SignatureDoesNotMatch: 'PRN-ARTIFACTS-009',
  RequestTimeTooSkewed: 'PRN-ARTIFACTS-009',
  PermanentRedirect: 'PRN-ARTIFACTS-010',
  AuthorizationHeaderMalformed: 'PRN-ARTIFACTS-010',
  IllegalLocationConstraintException: 'PRN-ARTIFACTS-010',
};
const codesOfStatuses: Readonly<Record<number, ErrorCode>> = { 301: 'PRN-ARTIFACTS-010', 403: 'PRN-ARTIFACTS-008' };
const unreachable =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ECONNRESET|ECONNABORTED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE)$/;
const fullDisk = /^(ENOSPC|EDQUOT)$/;

/** An error of the SDK, of the network or of the local disk as one that says what, where, why and which permission. */
export function explained(error: unknown, action: Action, key: string, store: string): PerennialError {
  if (isPerennialError(error)) return error;
  const code = codeOf(error);
  const object = key === '' ? '' : ` object "${key}"`;
  const permission = code === 'PRN-ARTIFACTS-008' ? `; it needs ${permissions[action]}` : '';
  const region = regionOf(error);
  const place = region === '' ? '' : `; the bucket lies in ${region}`;
  return new PerennialError(code, {
    message: `The object store ${store} could not ${action}${object}: ${textOf(error)}${permission}${place}`,
    cause: withoutRequest(error),
    details: { store, ...(key === '' ? {} : { key }), ...(region === '' ? {} : { region }) },
  });
}

export function missing(key: string, store: string, cause?: unknown): PerennialError {
  const message = `There is no object "${key}" in the object store ${store}`;
  return new PerennialError('PRN-ARTIFACTS-001', { message, cause: withoutRequest(cause), details: { key, store } });
}

export function overlapping(key: string, store: string): PerennialError {
  const message = `The object "${key}" cannot be written to ${store}: another object's key is a prefix of it, or it of another`;
  return new PerennialError('PRN-ARTIFACTS-003', { message, details: { key, store } });
}

export function unreadableSource(path: string, key: string, cause: unknown): PerennialError {
  const message = `The file ${path}, which should become the object "${key}", cannot be read: ${textOf(cause)}`;
  return new PerennialError('PRN-ARTIFACTS-004', { message, cause, details: { key, path } });
}

export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

/** 0 where there was no answer. */
export function statusOf(error: unknown): number {
  const status = field(field(error, '$metadata'), 'httpStatusCode');
  return typeof status === 'number' ? status : 0;
}

/** Whether the connection broke or the content arrived damaged: worth another try with the same request. */
export function isBroken(error: unknown): boolean {
  if (isPerennialError(error) || fullDisk.test(systemCode(error))) return false;
  return statusOf(error) === 0 && nameOf(error) !== 'CredentialsProviderError';
}

export function isFullDisk(error: unknown): boolean {
  return fullDisk.test(systemCode(error));
}

/** The SDK's errors carry the whole exchange, sockets and signatures included, which must not reach a log. */
function withoutRequest(error: unknown): unknown {
  const requestId = field(field(error, '$metadata'), 'requestId');
  if (!(error instanceof Error)) return error;
  const cause = new Error(error.message);
  return Object.assign(cause, { name: error.name, stack: error.stack, ...(requestId ? { requestId } : {}) });
}

function codeOf(error: unknown): ErrorCode {
  const system = systemCode(error);
  if (fullDisk.test(system)) return 'PRN-ARTIFACTS-012';
  if (unreachable.test(system) || nameOf(error) === 'TimeoutError') return 'PRN-ARTIFACTS-011';
  if (/^Region (is missing|not accepted)/.test(textOf(error))) return 'PRN-ARTIFACTS-010';
  return codesOfNames[nameOf(error)] ?? codesOfStatuses[statusOf(error)] ?? 'PRN-ARTIFACTS-005';
}

/** S3 names the right region in a header of the refusal, or in its text. */
function regionOf(error: unknown): string {
  const header = field(field(field(error, '$response'), 'headers'), 'x-amz-bucket-region');
  const element = field(error, 'Region');
  return [header, element].find((value) => typeof value === 'string') ?? '';
}

function systemCode(error: unknown): string {
  const code = field(error, 'code');
  return typeof code === 'string' ? code : '';
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const status = statusOf(error) === 0 ? '' : ` (status ${statusOf(error)})`;
  // A HEAD answer has no text, and a failed connection to several addresses none of its own.
  const text = error.message === '' || error.message === 'UnknownError' ? systemCode(error) : error.message;
  const name = ['Error', 'AggregateError', 'Unknown'].includes(error.name) ? '' : `${error.name}: `;
  return `${name}${text || 'no reason given'}${status}`;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
