import type { ErrorCode } from '../../errors/codes.ts';
import { isPerennialError, PerennialError } from '../../errors/error.ts';
import type { FeatureBatch, Scores, Signature } from '../predictor.ts';

/** What a challenger's thread is started with. */
export interface ThreadTask {
  readonly modelPath: string;
  readonly signature: Signature;
}

export interface ThreadCall {
  readonly call: number;
  readonly batch: FeatureBatch;
}

/** Errors lose their class between threads: code and message travel. */
export interface ThreadError {
  readonly code: ErrorCode;
  readonly message: string;
}

export type ThreadReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unusable'; readonly error: ThreadError }
  | { readonly kind: 'scores'; readonly call: number; readonly scores: Scores }
  | { readonly kind: 'failed'; readonly call: number; readonly error: ThreadError };

export function packError(error: unknown): ThreadError {
  if (isPerennialError(error)) return { code: error.code, message: error.message };
  return { code: 'PRN-GATEWAY-008', message: error instanceof Error ? error.message : String(error) };
}

export function unpackError(error: ThreadError): PerennialError {
  return new PerennialError(error.code, { message: error.message });
}
