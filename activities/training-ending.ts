import { CancelledFailure } from '@temporalio/activity';
import { PerennialError } from '../src/errors/error.ts';
import type { TrainerOutcome } from '../src/training/outcome.ts';
import type { TrainRequest } from '../src/training/request.ts';
import type { Done } from './training-result.ts';
import type { StopCause } from './training-stop.ts';
import { textOf } from './training-store.ts';

/** How far an attempt came. */
export interface Ending {
  readonly cause: StopCause | null;
  readonly step: number;
  readonly of: number;
  readonly lastLine: string;
  /** Of the newest checkpoint in the object store; 0 for none. */
  readonly stored: number;
  /** Why the newest checkpoint is not in the store. */
  readonly trouble: unknown;
  readonly stallAfterMs: number | null;
}

/** The trainer's success, or the coded failure that its end amounts to. */
export function finished(outcome: TrainerOutcome, request: TrainRequest, ending: Ending): Done {
  const job = `${request.stage}${request.trial === null ? '' : ` (trial ${request.trial})`} of ${request.run}`;
  switch (outcome.kind) {
    case 'done':
      return outcome;
    case 'interrupted':
      throw stopped(job, request, ending);
    case 'bad-job':
      throw new PerennialError('PRN-RUN-004', { message: `The trainer of ${job} refused its job: ${outcome.message}` });
    case 'failed':
      throw failed(job, outcome);
  }
}

function stopped(job: string, { checkpointEvery }: TrainRequest, ending: Ending): Error {
  const { cause, step, of, lastLine, stallAfterMs, stored } = ending;
  if (cause === 'cancelled') return new CancelledFailure(`training of ${job} was cancelled`);
  const kept = keptText(checkpointEvery, ending);
  const details = { step, of, storedStep: stored };
  if (cause === 'stalled') {
    const message = `The trainer of ${job} said nothing for ${(stallAfterMs ?? 0) / 1000} s and was ended after step ${step} of ${of}; its last line: ${JSON.stringify(lastLine)}. ${kept}`;
    return new PerennialError('PRN-RUN-006', { message, details: { ...details, lastLine } });
  }
  const message = `The trainer of ${job} was interrupted after step ${step} of ${of}. ${kept}`;
  return new PerennialError('PRN-RUN-003', { message, details });
}

function keptText(checkpointEvery: number, { stored, trouble }: Ending): string {
  if (checkpointEvery === 0) return 'It saves no checkpoints (checkpointEvery), so the next attempt begins anew.';
  const kept = stored === 0 ? 'No checkpoint is stored.' : `The checkpoint of step ${stored} is stored.`;
  return trouble === null ? kept : `${kept} The newest one could not be stored: ${textOf(trouble)}.`;
}

function failed(job: string, outcome: Extract<TrainerOutcome, { kind: 'failed' }>): PerennialError {
  const how = outcome.signal ?? `exit code ${outcome.exitCode}`;
  const full = /No space left on device|ENOSPC|Disk quota exceeded/.test(outcome.logTail);
  return new PerennialError(full ? 'PRN-RUN-007' : 'PRN-RUN-005', {
    message: `The trainer of ${job} ended with ${how}. ${lastLines(outcome.logTail)}`,
  });
}

function lastLines(tail: string): string {
  return tail.trim() === '' ? 'It wrote nothing to standard error.' : `Its last lines: ${tail.slice(-1500)}`;
}
