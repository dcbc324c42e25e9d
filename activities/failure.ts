import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { isPerennialError } from '../src/errors/error.ts';

/**
 * Translates coded errors once, at the edge: the failure's type is the code, and the registry of codes says whether Temporal tries again.
 */
export function translateErrors<Activities extends object>(activities: Activities): Activities {
  const translated: Record<string, unknown> = {};
  for (const [name, activity] of Object.entries(activities)) {
    translated[name] = async (...args: unknown[]) => {
      try {
        return await activity(...args);
      } catch (error) {
        throw isPerennialError(error) ? asFailure(error) : error;
      }
    };
  }
  return translated as Activities;
}

function asFailure(
  error: Error & { code: string; hint: string; retryable: boolean; details: unknown },
): ApplicationFailure {
  return ApplicationFailure.create({
    type: error.code,
    message: `${shortened(error.message)} ${error.hint}`.trim(),
    nonRetryable: !error.retryable,
    details: [shortened(JSON.stringify(error.details))],
  });
}

const longest = 4_000;

/** A failure travels and is kept for ever: a trainer's or database's essay is cut in the middle, where it says least. */
function shortened(text: string): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest / 2)} … ${text.slice(-longest / 2)}`;
}

/** Heartbeats every half second while `work` runs, with the latest details; the SDK thins them out. */
export async function heartbeating<T>(work: (note: (details: unknown) => void) => Promise<T>): Promise<T> {
  const context = Context.current();
  let latest: unknown = context.info.heartbeatDetails;
  const timer = setInterval(() => context.heartbeat(latest), 500);
  try {
    return await work((details) => {
      latest = details;
    });
  } finally {
    clearInterval(timer);
  }
}
