import { type Command, exit, flag, text } from '../command.ts';
import { askReason } from '../reason.ts';
import { parseShare, parseVersion } from '../resolve.ts';
import { watchRollout } from '../watch-rollout.ts';

/** Rolls a version out by hand, or keeps it beside the champion for a while. */
export const run: Command = async (context, [model = '', version = ''], options) => {
  const number = parseVersion(version);
  const force = flag(options, 'force');
  const share = text(options, 'standing');
  const lasting = text(options, 'for') ?? '14d';
  const standing = share === undefined ? {} : { standing: { weight: parseShare(share), for: lasting } };
  const words = [`perennial rollout start ${model} ${number}`];
  if (force) words.push('--force');
  if (share !== undefined) words.push(`--standing ${share} --for ${lasting}`);
  const reason = await askReason(context, options, words.join(' '));
  const client = await context.client();
  const started = await client.rollout(model, number, { reason, force, ...standing });
  if (flag(options, 'watch')) return await watchRollout(context, client, started.rollout);
  const next = `perennial rollout watch ${started.rollout}`;
  context.output.document({ ...started, next: [next] }, () => `Started ${started.rollout}.\n  ${next}`);
  return exit.ok;
};
