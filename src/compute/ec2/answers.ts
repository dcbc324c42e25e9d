import { PerennialError } from '../../errors/error.ts';
import type { Launched } from '../machines.ts';
import { classOf } from '../refusal-class.ts';

/** An answer of EC2 that is an error, told apart from no answer. `code` is EC2's own word, e.g. "InsufficientInstanceCapacity". */
export type Failure =
  | { readonly kind: 'answered'; readonly code: string; readonly message: string }
  | { readonly kind: 'lost'; readonly message: string };

/** Trouble inside AWS: the request may have been carried out all the same. */
const undecided = new Set(['InternalError', 'InternalFailure', 'Unavailable', 'ServiceUnavailable']);

/**
 * EC2 answers missing capacity with HTTP 500, so the status says nothing by itself: a 5xx whose code we do not know
 * (a proxy's page), or that is trouble inside AWS, leaves open whether the request was carried out, and is a lost answer.
 */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { kind: 'lost', message: String(error) };
  const { name: code, message } = error;
  // Nothing was sent: there was nobody to sign for.
  if (code === 'CredentialsProviderError') return { kind: 'answered', code, message };
  const status = statusOf(error);
  const unread = status === null || !('$fault' in error);
  if (unread || undecided.has(code) || (status >= 500 && classOf(code) === 'config'))
    return { kind: 'lost', message: `${code}: ${message}` };
  return { kind: 'answered', code, message };
}

/** @throws PRN-COMPUTE-022 when the answer was lost; an error answer becomes a value. */
export function refusalOf(error: unknown, subject: string, milliseconds: number): Launched {
  const failure = failureOf(error);
  if (failure.kind === 'lost') throw lost(subject, failure.message, error);
  const { code, message } = failure;
  return { kind: 'refused', class: classOf(code), code, message, milliseconds: Math.round(milliseconds) };
}

/** What a request other than a launch throws: tried again where that can help. */
export function troubleOf(error: unknown, subject: string): PerennialError {
  const failure = failureOf(error);
  if (failure.kind === 'lost') return lost(subject, failure.message, error);
  const message = `EC2 refused to ${subject}: ${failure.code}: ${failure.message}`;
  const code = classOf(failure.code) === 'throttle' ? 'PRN-COMPUTE-022' : 'PRN-COMPUTE-023';
  return new PerennialError(code, { message, cause: error, details: { code: failure.code } });
}

/** Unknown to EC2: not yet, or not any more. */
export function isUnknownMachine(error: unknown): boolean {
  return error instanceof Error && ['InvalidInstanceID.NotFound', 'InvalidInstanceID.Malformed'].includes(error.name);
}

function lost(subject: string, why: string, cause: unknown): PerennialError {
  return new PerennialError('PRN-COMPUTE-022', {
    message: `No answer came when EC2 was asked to ${subject}: ${why}`,
    cause,
  });
}

function statusOf(error: Error): number | null {
  if (!('$metadata' in error)) return null;
  const { httpStatusCode } = error.$metadata as { readonly httpStatusCode?: number };
  return httpStatusCode ?? null;
}
