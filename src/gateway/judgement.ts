import { PerennialError } from '../errors/error.ts';
import { type Answer, answerAt } from './answer.ts';
import type { ChallengerOutcome } from './floors.ts';
import type { LoadedVersion } from './live-model.ts';
import type { RowResult } from './micro-batch.ts';

/** One row's result, seen as an answer to a caller. */
export interface Judged {
  readonly answer: Answer | null;
  /** Set when there is no answer. */
  readonly error: unknown;
  readonly outcome: ChallengerOutcome;
  readonly ms: number;
}

export function judge(loaded: LoadedVersion, result: RowResult): Judged {
  if (!result.ok) return { answer: null, error: result.error, outcome: outcomeOf(result.error), ms: result.ms };
  const answer = answerAt(loaded.signature, result.scores, result.index, loaded.yesFrom);
  if (answer !== null) return { answer, error: null, outcome: 'ok', ms: result.ms };
  const { width, values } = result.scores;
  const numbers = values.slice(result.index * width, (result.index + 1) * width).join(', ');
  const message = `Version ${loaded.version} of ${loaded.model} answered ${numbers}.`;
  return {
    answer: null,
    error: new PerennialError('PRN-GATEWAY-009', { message }),
    outcome: 'bad-score',
    ms: result.ms,
  };
}

/** How an error is written into a log line. */
export function errorText(error: unknown): string {
  if (error instanceof PerennialError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

function outcomeOf(error: unknown): ChallengerOutcome {
  return error instanceof PerennialError && error.code === 'PRN-GATEWAY-010' ? 'timeout' : 'error';
}
