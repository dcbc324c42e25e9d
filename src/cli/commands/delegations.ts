import { type Command, exit, flag } from '../command.ts';
import { renderDelegations } from '../output/delegations.ts';

/** Who has lent whom which role. */
export const run: Command = async ({ client, output, terminal }, _arguments, options) => {
  const all = flag(options, 'all');
  const delegations = await (await client()).delegations({ all });
  const now = terminal.now().toISOString();
  output.document(delegations, (style) => renderDelegations(delegations, { ...style, now }));
  return exit.ok;
};
