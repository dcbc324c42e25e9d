import { runLog } from '../../../src/cli/output/run-log.ts';
import type { RunProgress, RunResult } from '../../../src/client/index.ts';
import { expectThat } from './expectation.ts';
import type { Stage } from './open.ts';

/** Follows a run to its end or until `stop` says so, writing what changes. */
export async function followRun(
  { client, narrator, signal }: Stage,
  run: string,
  stop: (progress: RunProgress) => boolean = () => false,
  known: RunProgress | null = null,
): Promise<RunProgress> {
  let previous = known;
  for await (const progress of client.follow(run, { signal })) {
    const now = new Date().toISOString();
    for (const line of runLog(previous, progress, { ...narrator.style, width: narrator.style.width - 10, now }))
      narrator.line(line);
    previous = progress;
    if (progress.result || stop(progress)) return progress;
  }
  expectThat(previous !== null, `Run ${run} showed no progress.`);
  return previous;
}

export async function resultOf(stage: Stage, run: string): Promise<RunResult> {
  const { result } = await followRun(stage, run);
  expectThat(result !== null, `Run ${run} has not ended.`);
  return result;
}
