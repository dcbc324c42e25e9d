import type { RolloutDetail } from '../api/wire.ts';
import type { PerennialClient } from '../client/client.ts';
import { type CommandContext, type ExitCode, exit } from './command.ts';
import { renderRollout, rolloutLog } from './output/look.ts';
import { oneLine, paint, type Style } from './output/style.ts';
import { watch } from './watch.ts';

/** Follows a rollout to its end. Negative when the version was rolled back. */
export async function watchRollout(
  context: CommandContext,
  client: PerennialClient,
  rollout: string,
): Promise<ExitCode> {
  const { last } = await watch<RolloutDetail>(context, {
    states: (signal) => client.followRollout(rollout, { signal }),
    render: ({ progress, look, trouble }, style) =>
      [renderRollout(progress, look, style), ...trouble.map((line) => troubleLine(line, style))].join('\n'),
    log: (previous, state, style) => [
      ...rolloutLog(previous, state),
      ...state.trouble.filter((line) => !previous?.trouble.includes(line)).map((line) => troubleLine(line, style)),
    ],
    again: `perennial rollout watch ${rollout}`,
  });
  return last?.progress.phase === 'rolled-back' ? exit.negative : exit.ok;
}

const troubleLine = (line: string, style: Style) => paint(style, 'bad', `✖ ${oneLine(line)}`);
