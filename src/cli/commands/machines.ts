import { type Command, exit, flag, text } from '../command.ts';
import { renderMachines } from '../output/machines.ts';

/** What is rented now; with --all also what was. */
export const run: Command = async ({ client, output, terminal }, _, options) => {
  const name = text(options, 'run');
  const all = flag(options, 'all');
  const machines = await (await client()).machines({ ...(name === undefined ? {} : { run: name }), living: !all });
  const now = terminal.now().toISOString();
  output.document(machines, (style) => renderMachines(machines, { ...style, now, all, run: name ?? null }));
  return exit.ok;
};
