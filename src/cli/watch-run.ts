import type { RunProgress } from '../../workflows/messages.ts';
import type { PerennialClient } from '../client/client.ts';
import { type CommandContext, type ExitCode, exit } from './command.ts';
import { renderRun } from './output/run.ts';
import { runLog } from './output/run-log.ts';
import { isGoodOutcome } from './output/verdict.ts';
import { watch } from './watch.ts';

/** Follows a run to its end. Negative when it ends badly; a detached watch says nothing about the run. */
export async function watchRun(context: CommandContext, client: PerennialClient, run: string): Promise<ExitCode> {
  const { last } = await watch<RunProgress>(context, {
    states: (signal) => client.follow(run, { signal }),
    render: renderRun,
    log: runLog,
    again: `perennial watch ${run}`,
  });
  const outcome = last?.result?.outcome;
  return outcome === undefined || isGoodOutcome(outcome) ? exit.ok : exit.negative;
}
