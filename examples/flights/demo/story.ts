import { join, resolve } from 'node:path';
import { isPerennialError } from '../../../src/errors/error.ts';
import type { Platform } from '../../../src/platform/platform.ts';
import { championStep } from './champion.ts';
import { driftStep } from './drift.ts';
import { DemoFailure } from './expectation.ts';
import { forcedStep } from './forced.ts';
import { openStage, type Stage } from './open.ts';
import type { StoryOptions } from './options.ts';
import { retrainStep } from './retrain.ts';
import { sabotageStep } from './sabotage.ts';
import { lastScreen } from './screen.ts';

/** Tells the story; the exit code is 0 only if every step did what it should. */
export async function tellStory(options: StoryOptions): Promise<number> {
  const { narrator, signal } = options;
  let platform: Platform | null = null;
  const opening = openStage(options, (opened) => {
    platform = opened;
  });
  try {
    const stage = await orInterrupted(opening, signal);
    await orInterrupted(play(stage), signal);
    if (options.keep) await untilInterrupted(stage, signal);
    return 0;
  } catch (error) {
    return explain(error, options);
  } finally {
    // A start that was interrupted stops its own programs; it must have come to its end.
    await opening.catch(() => undefined);
    if (platform) {
      narrator.line('stopping the platform…', 'muted');
      await (platform as Platform).stop();
    }
  }
}

async function play(stage: Stage): Promise<void> {
  const first = await championStep(stage);
  const alarm = await driftStep(stage);
  const second = await retrainStep(stage, alarm);
  const rejected = await sabotageStep(stage);
  const forced = await forcedStep(stage, rejected);
  await lastScreen(stage, { first, alarm, second, rejected, forced });
}

async function orInterrupted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  // The loser of the race may fail later, when its servers are gone; nobody listens then.
  work.catch(() => undefined);
  return await Promise.race([
    work,
    new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(new Interrupted()), { once: true }),
    ),
  ]);
}

class Interrupted extends Error {}

function explain(error: unknown, { narrator, state }: StoryOptions): number {
  if (error instanceof Interrupted) {
    narrator.line('interrupted; the next npm run demo starts over', 'warn');
    return 130;
  }
  const message = isPerennialError(error)
    ? `${error.code} ${error.message}\n  ${error.hint}`
    : error instanceof DemoFailure
      ? error.message
      : String(error instanceof Error ? error.stack : error);
  narrator.block(`\n✘ The demo did not end as it should.\n  ${message}\n  Logs: ${join(resolve(state), 'logs')}`);
  return 1;
}

async function untilInterrupted({ narrator, platform }: Stage, signal: AbortSignal): Promise<void> {
  narrator.block(`\nThe platform stays up: ${platform.urls.temporalUi}. Ctrl-C stops it.`);
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
