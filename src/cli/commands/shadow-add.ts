import { type Command, exit } from '../command.ts';
import { paint } from '../output/style.ts';
import { askReason } from '../reason.ts';
import { namedVersion } from '../resolve.ts';

/** Sends a version copies of all requests until it is removed. */
export const run: Command = async (context, [target = ''], options) => {
  const { model, version } = namedVersion(target);
  const reason = await askReason(context, options, `perennial shadow add ${target}`);
  const route = await (await context.client()).shadows.add(model, version, reason);
  const said = `${model}: v${version} sees copies of all requests; gateways follow within a second.`;
  context.output.document(route, (style) => paint(style, 'strong', said));
  return exit.ok;
};
