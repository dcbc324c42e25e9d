import type { Command } from '../command.ts';
import { resolveRun } from '../resolve.ts';
import { watchRun } from '../watch-run.ts';

/** Follows a run. */
export const run: Command = async (context, [target = '']) => {
  const client = await context.client();
  return await watchRun(context, client, await resolveRun(client, target));
};
