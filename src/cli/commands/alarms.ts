import { type Command, exit, flag, text } from '../command.ts';
import { renderAlarms } from '../output/alarms.ts';
import { parseCount } from '../resolve.ts';

/** What is open, and with --all what was. */
export const run: Command = async ({ client, output, terminal }, [model = null], options) => {
  const limit = parseCount(text(options, 'limit'), 50);
  const list = await (await client()).alarms(model, { open: !flag(options, 'all'), limit });
  const now = terminal.now().toISOString();
  output.document(list, (style) => renderAlarms(list, { ...style, model, now }));
  const open = list.alarms.some(({ closedAt }) => closedAt === null);
  return flag(options, 'exitStatus') && open ? exit.negative : exit.ok;
};
