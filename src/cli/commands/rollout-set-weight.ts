import { type Command, exit } from '../command.ts';
import { askReason } from '../reason.ts';
import { parseShare, resolveRollout } from '../resolve.ts';

/** Gives the canary another share of the requests. */
export const run: Command = async (context, [target = '', share = ''], options) => {
  const weight = parseShare(share);
  const client = await context.client();
  const rollout = await resolveRollout(client, target);
  const reason = await askReason(context, options, `perennial rollout set-weight ${rollout} ${share}`);
  const { message } = await client.setWeight(rollout, { weight, reason });
  context.output.document({ rollout, weight, message }, () => `${message}\n  perennial rollout watch ${rollout}`);
  return exit.ok;
};
