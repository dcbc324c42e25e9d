import { type ErrorCode, errorCodes } from './codes.ts';

export interface ErrorDetails {
  /** What happened, where and why, in one sentence with the offending values in it. */
  readonly message: string;
  /** What to do next; defaults to the hint that the registry holds for the code. */
  readonly hint?: string;
  readonly cause?: unknown;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The only error type that Perennial throws on purpose. `code` is stable and documented in docs/errors.md. */
export class PerennialError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, { message, hint, cause, details = {} }: ErrorDetails) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'PerennialError';
    this.code = code;
    this.hint = hint ?? errorCodes[code].hint;
    this.retryable = errorCodes[code].retryable;
    this.details = details;
  }

  toJSON(): Record<string, unknown> {
    return { code: this.code, message: this.message, hint: this.hint, details: this.details };
  }
}

export function isPerennialError(error: unknown): error is PerennialError {
  return error instanceof Error && error.name === 'PerennialError' && 'code' in error;
}
