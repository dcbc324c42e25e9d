import type { Command } from '../command.ts';
import { resolveRollout } from '../resolve.ts';
import { watchRollout } from '../watch-rollout.ts';

/** Follows a rollout. */
export const run: Command = async (context, [target = '']) => {
  const client = await context.client();
  return await watchRollout(context, client, await resolveRollout(client, target));
};
