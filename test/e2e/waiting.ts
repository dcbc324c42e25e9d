import { setTimeout as sleep } from 'node:timers/promises';
import type { PerennialClient, RolloutDetail, RunProgress } from '../../src/client/index.ts';

/** Asks every 200 ms until there is an answer; what fails meanwhile is kept for the message. */
export async function eventually<T>(what: string, withinMs: number, ask: () => Promise<T | null>): Promise<T> {
  let last: unknown = null;
  for (const giveUpAt = Date.now() + withinMs; Date.now() < giveUpAt; await sleep(200)) {
    try {
      const answer = await ask();
      if (answer !== null) return answer;
    } catch (error) {
      last = error;
    }
  }
  throw new Error(`${what}: not within ${withinMs} ms`, { cause: last });
}

/** The run's progress once it waits for approval. @throws Error when it ends or gets stuck before */
export async function untilApproval(client: PerennialClient, run: string, withinMs = 60_000): Promise<RunProgress> {
  const progress = await eventually(`${run} waits for approval`, withinMs, async () => {
    const { progress } = await client.run(run);
    return progress.approval || progress.result || progress.state === 'waiting-for-retry' ? progress : null;
  });
  if (!progress.approval) throw new Error(`${run} does not wait for approval: ${JSON.stringify(progress, null, 2)}`);
  return progress;
}

export async function untilClosed(client: PerennialClient, run: string, withinMs = 60_000): Promise<RunProgress> {
  return await eventually(`${run} is closed`, withinMs, async () => {
    const { progress } = await client.run(run);
    return progress.result ? progress : null;
  });
}

export async function untilRolledOut(
  client: PerennialClient,
  rollout: string,
  withinMs = 60_000,
): Promise<RolloutDetail> {
  return await eventually(`rollout ${rollout} has ended`, withinMs, async () => {
    const detail = await client.rolloutDetail(rollout);
    return detail.open ? null : detail;
  });
}
