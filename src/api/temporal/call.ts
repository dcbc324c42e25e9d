import {
  type Client,
  isGrpcServiceError,
  QueryNotRegisteredError,
  QueryRejectedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { isPerennialError, PerennialError } from '../../errors/error.ts';

export interface CallOptions {
  /** Milliseconds until an attempt is given up. Default 5,000. */
  readonly timeoutMs?: number;
  /** How often it is asked when no answer comes in time; above 1 only for what is safe to repeat. Default 1. */
  readonly attempts?: number;
  /** The call is answered by workflow code (query, update), so that silence means a missing worker, not a missing server. */
  readonly answeredBy?: 'server' | 'workflow';
  /** What is asked about, for messages: "run flight-delay-r3". */
  readonly about: string;
}

/**
 * Calls Temporal with a deadline and answers with our own errors only.
 * @throws PRN-API-004 no such workflow · PRN-API-006 unreachable · PRN-API-008 refused · PRN-API-012 no answer in time
 */
export async function callTemporal<T>(client: Client, options: CallOptions, call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await client.withDeadline(Date.now() + (options.timeoutMs ?? 5_000), call);
    } catch (error) {
      const again = attempt < (options.attempts ?? 1) && grpcStatus(error) === deadlineExceeded;
      if (!again) throw translate(error, options);
    }
  }
}

function translate(error: unknown, options: CallOptions): unknown {
  if (isPerennialError(error)) return error;
  if (error instanceof WorkflowNotFoundError) {
    return new PerennialError('PRN-API-004', {
      message: `Temporal has no open workflow for ${options.about}.`,
      cause: error,
    });
  }
  if (error instanceof WorkflowUpdateFailedError) return refusal(error, options);
  if (error instanceof QueryRejectedError || error instanceof QueryNotRegisteredError) return silence(error, options);
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return silence(error, options);
  const status = grpcStatus(error);
  if (status === undefined) return error;
  if (options.answeredBy === 'workflow' && status !== unavailable) return silence(error, options);
  return new PerennialError('PRN-API-006', {
    message: `Couldn't reach Temporal to ask about ${options.about}: ${firstLine(error)}.`,
    cause: error,
  });
}

/** A validator's or handler's own failure: its message is written for people, so it is passed on as it is. */
function refusal(error: WorkflowUpdateFailedError, { about }: CallOptions): PerennialError {
  const cause = error.cause;
  const reason = cause instanceof ApplicationFailure ? cause : undefined;
  return new PerennialError('PRN-API-008', {
    message: reason?.message ?? `${about} refused: ${firstLine(cause ?? error)}.`,
    cause: error,
    details: reason?.type ? { refusal: reason.type } : {},
  });
}

function silence(error: Error | unknown, { about }: CallOptions): PerennialError {
  return new PerennialError('PRN-API-012', {
    message: `The workflow of ${about} did not answer in time.`,
    cause: error,
  });
}

const [deadlineExceeded, unavailable] = [4, 14];

function grpcStatus(error: unknown): number | undefined {
  for (let each: unknown = error, depth = 0; each instanceof Error && depth < 5; each = each.cause, depth += 1) {
    if (isGrpcServiceError(each)) return each.code;
    // A lazy connection that never came up is reported without a gRPC status.
    if (/failed to connect/i.test(each.message)) return unavailable;
  }
  return undefined;
}

function firstLine(error: unknown): string {
  const deepest = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const text = deepest instanceof Error ? deepest.message : String(deepest);
  return (text.split('\n')[0] ?? text).replace(/\.$/, '');
}
