import { type Command, exit, text } from '../command.ts';
import { queryCsv, renderQuery } from '../output/query.ts';
import { parseCount } from '../resolve.ts';

/** Asks the predictions, evaluations, versions and runs in SQL. */
export const run: Command = async ({ client, output, terminal }, [given = ''], options) => {
  const sql = given === '-' ? await terminal.readInput() : given;
  const model = text(options, 'model');
  const limit = parseCount(text(options, 'limit'), 100);
  const result = await (await client()).query(sql, { limit, ...(model === undefined ? {} : { model }) });
  output.document(result, (style) => (options.csv ? queryCsv(result) : renderQuery(result, style)));
  return exit.ok;
};
