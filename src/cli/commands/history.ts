import { type Command, exit, text } from '../command.ts';
import { renderHistory } from '../output/history.ts';
import { parseCount } from '../resolve.ts';

/** Events of a model, newest first; with --at also what was live then. */
export const run: Command = async ({ client, output }, [model = ''], options) => {
  const at = text(options, 'at');
  const limit = parseCount(text(options, 'limit'), 30);
  const history = await (await client()).history(model, { limit, ...(at === undefined ? {} : { at }) });
  output.document(history, (style) => renderHistory(history, style));
  return exit.ok;
};
