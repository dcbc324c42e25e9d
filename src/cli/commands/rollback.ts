import type { PerennialClient } from '../../client/client.ts';
import { isPerennialError } from '../../errors/error.ts';
import type { Route } from '../../registry/registry.ts';
import { type Command, exit, text } from '../command.ts';
import { paint } from '../output/style.ts';
import { askReason } from '../reason.ts';
import { parseVersion } from '../resolve.ts';

/** Restores an earlier version at once. */
export const run: Command = async (context, [model = ''], options) => {
  const to = text(options, 'to');
  const target = to === undefined ? {} : { to: parseVersion(to) };
  const reason = await askReason(context, options, `perennial rollback ${model}${to ? ` --to ${to}` : ''}`);
  const route = await rollBack(await context.client(), model, { reason, ...target });
  context.output.document(route, (style) =>
    paint(style, 'strong', `${model}: v${route.stable} answers all requests again; gateways follow within a second.`),
  );
  return exit.ok;
};

type Order = Parameters<PerennialClient['rollback']>[1];

/** A lease is renewed every few seconds: that moves the revision, and nothing that matters here. */
const triesAtMost = 5;

/**
 * Moves exactly the route that was read. Where it has moved meanwhile without another version being stable, it is read again; where somebody
 * else was faster, the refusal stands: going back twice would leave a version that nobody wanted to leave.
 */
async function rollBack(client: PerennialClient, model: string, order: Order): Promise<Route> {
  const seen = (await client.model(model)).route;
  let { rev } = seen;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await client.rollback(model, { ...order, expectedRev: rev });
    } catch (error) {
      const now = routeOf(error);
      if (now === null || attempt === triesAtMost || now.rev === rev || now.stable !== seen.stable) throw error;
      rev = now.rev;
    }
  }
}

/** The route as a refusal tells it. */
function routeOf(error: unknown): Route | null {
  if (!isPerennialError(error) || error.code !== 'PRN-API-013') return null;
  const { details } = error;
  if (typeof details !== 'object' || details === null || !('route' in details)) return null;
  return details.route as Route;
}
