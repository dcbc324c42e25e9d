import type { ReplaySummary } from '../replay.ts';
import { expectThat } from './expectation.ts';
import type { Stage } from './open.ts';
import { watchRollout } from './rollouts.ts';
import type { Rejected } from './sabotage.ts';
import { startTraffic } from './traffic.ts';

export interface Forced {
  readonly version: number;
  /** From the canary's first request to its withdrawal. */
  readonly seconds: number;
  readonly reason: string;
  readonly traffic: ReplaySummary;
}

/** Somebody overrules the gates: the canary finds out in seconds, and nobody who asks for a prediction notices. */
export async function forcedStep(stage: Stage, { brittle }: Rejected): Promise<Forced> {
  const { client, narrator } = stage;
  const { version } = brittle;
  narrator.chapter(
    `perennial rollout start flight-delay ${version} --force: the broken version is pushed past the gates`,
  );
  const traffic = startTraffic(stage, { from: '2013-07-08', to: '2013-07-31' });
  await new Promise((warm) => setTimeout(warm, 1_000));
  const startedAt = Date.now();
  const { rollout } = await client.rollout('flight-delay', version, {
    force: true,
    skipShadow: true,
    reason: 'it worked on my machine',
  });
  const { progress } = await watchRollout(stage, rollout);
  const seconds = (Date.now() - startedAt) / 1000;
  await new Promise((calm) => setTimeout(calm, 1_000));
  const summary = await traffic.stop();

  expectThat(
    progress.phase === 'rolled-back',
    `flight-delay@${version} should have been rolled back, but it is ${progress.phase}.`,
  );
  expectThat(
    summary.failed === 0,
    `${summary.failed} of ${summary.sent} requests failed: ${JSON.stringify(summary.failures)}`,
  );
  narrator.line(
    `rolled back after ${seconds.toFixed(1)} s; ${summary.answered.toLocaleString('en')} of ${summary.sent.toLocaleString('en')} requests were answered meanwhile`,
    'good',
  );
  return { version, seconds, reason: progress.detail, traffic: summary };
}
