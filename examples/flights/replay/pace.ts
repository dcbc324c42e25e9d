import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the next request is due. False: the replay was aborted. */
export type Pace = () => Promise<boolean>;

/** How far ahead of time a request may go: shorter sleeps than this are mostly overhead. */
const slackMs = 4;
/** What a slow gateway has held up for longer is not made up for, or it would be flooded once it is back. */
const mostBehindMs = 1000;

/** An even pace of `ratePerSecond`, kept on the average and not per step, since timers only count whole milliseconds. */
export function evenPace(ratePerSecond: number, signal: AbortSignal): Pace {
  const stepMs = 1000 / ratePerSecond;
  let due = performance.now();
  return async () => {
    const now = performance.now();
    if (now - due > mostBehindMs) due = now - mostBehindMs;
    const early = due - now;
    due += stepMs;
    return early < slackMs ? !signal.aborted : pause(early, signal);
  };
}

/** False at once when aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return sleep(ms, true, { signal }).catch(() => false);
}

/** Lets `limit` tasks run at a time. */
export function slots(limit: number) {
  const running = new Set<Promise<void>>();
  return {
    /** Resolves once the task has started. The task handles its own errors. */
    async start(task: () => Promise<void>): Promise<void> {
      while (running.size >= limit) await Promise.race(running);
      const promise: Promise<void> = task().finally(() => running.delete(promise));
      running.add(promise);
    },
    async idle(): Promise<void> {
      await Promise.all(running);
    },
  };
}
