import type { Said } from '../api/wire.ts';
import type { PerennialClient } from '../client/client.ts';
import { type CommandContext, type ExitCode, exit, type Options } from './command.ts';
import { askReason } from './reason.ts';
import { resolveRollout } from './resolve.ts';

type Order = 'promote' | 'abort' | 'pause' | 'resume';

const send: Readonly<Record<Order, (client: PerennialClient, rollout: string, reason: string) => Promise<Said>>> = {
  promote: (client, rollout, reason) => client.promote(rollout, reason),
  abort: (client, rollout, reason) => client.abort(rollout, reason),
  pause: (client, rollout, reason) => client.pause(rollout, reason, true),
  resume: (client, rollout, reason) => client.pause(rollout, reason, false),
};

/** Sends an order to a rollout; its workflow answers at once. */
export async function steer(
  context: CommandContext,
  order: Order,
  target: string,
  options: Options,
): Promise<ExitCode> {
  const client = await context.client();
  const rollout = await resolveRollout(client, target);
  const verb = order === 'resume' ? 'pause --resume' : order;
  const reason = await askReason(context, options, `perennial rollout ${verb} ${rollout}`);
  const { message } = await send[order](client, rollout, reason);
  context.output.document({ rollout, order, message }, () => `${message}\n  perennial rollout watch ${rollout}`);
  return exit.ok;
}
