import { type Command, exit, flag } from '../command.ts';
import { askReason } from '../reason.ts';
import { parseVersion } from '../resolve.ts';
import { watchRollout } from '../watch-rollout.ts';

/** Rolls a version out by hand. */
export const run: Command = async (context, [model = '', version = ''], options) => {
  const number = parseVersion(version);
  const force = flag(options, 'force');
  const command = `perennial rollout start ${model} ${number}${force ? ' --force' : ''}`;
  const reason = await askReason(context, options, command);
  const client = await context.client();
  const started = await client.rollout(model, number, { reason, force });
  if (flag(options, 'watch')) return await watchRollout(context, client, started.rollout);
  const next = `perennial rollout watch ${started.rollout}`;
  context.output.document({ ...started, next: [next] }, () => `Started ${started.rollout}.\n  ${next}`);
  return exit.ok;
};
