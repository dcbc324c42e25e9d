import type { ErrorCode } from '../../errors/codes.ts';
import { isPerennialError, PerennialError } from '../../errors/error.ts';
import type { FeatureBatch, Scores, Signature } from '../predictor.ts';

/** What a challenger's process is told first. */
export interface ChallengerTask {
  readonly kind: 'load';
  readonly modelPath: string;
  readonly signature: Signature;
}

export interface ChallengerCall {
  readonly kind: 'predict';
  readonly call: number;
  readonly batch: FeatureBatch;
}

/** Errors lose their class between processes: code and message travel. */
export interface SentError {
  readonly code: ErrorCode;
  readonly message: string;
}

export type ChallengerReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unusable'; readonly error: SentError }
  | { readonly kind: 'scores'; readonly call: number; readonly scores: Scores }
  | { readonly kind: 'failed'; readonly call: number; readonly error: SentError };

export function packError(error: unknown): SentError {
  if (isPerennialError(error)) return { code: error.code, message: error.message };
  return { code: 'PRN-GATEWAY-008', message: error instanceof Error ? error.message : String(error) };
}

export function unpackError(error: SentError): PerennialError {
  return new PerennialError(error.code, { message: error.message });
}
