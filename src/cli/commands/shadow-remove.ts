import { type Command, exit } from '../command.ts';
import { askReason } from '../reason.ts';
import { namedVersion } from '../resolve.ts';

/** Takes a standing shadow off the route. */
export const run: Command = async (context, [target = ''], options) => {
  const { model, version } = namedVersion(target);
  const reason = await askReason(context, options, `perennial shadow remove ${target}`);
  const route = await (await context.client()).shadows.remove(model, version, reason);
  context.output.document(route, () => `${model}: v${version} sees no copies any more.`);
  return exit.ok;
};
