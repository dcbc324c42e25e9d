import { type Command, exit, text } from '../command.ts';
import { paint } from '../output/style.ts';
import { askReason } from '../reason.ts';
import { parseVersion } from '../resolve.ts';

/** Restores an earlier version at once. */
export const run: Command = async (context, [model = ''], options) => {
  const to = text(options, 'to');
  const target = to === undefined ? {} : { to: parseVersion(to) };
  const reason = await askReason(context, options, `perennial rollback ${model}${to ? ` --to ${to}` : ''}`);
  const route = await (await context.client()).rollback(model, { reason, ...target });
  context.output.document(route, (style) =>
    paint(style, 'strong', `${model}: v${route.stable} answers all requests again; gateways follow within a second.`),
  );
  return exit.ok;
};
