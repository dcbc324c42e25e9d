import type { Row } from '../../client/predict.ts';
import { type Command, exit, type Options, text } from '../command.ts';
import { usageError } from '../failure.ts';
import { parseVersion } from '../resolve.ts';

/** Asks the gateway for one row or a list of rows. */
export const run: Command = async ({ client, output, terminal }, [model = '', given], options) => {
  const source = given === undefined || given === '-' ? await terminal.readInput() : given;
  const prediction = await (await client()).predict(model, parseRows(source), predictOptions(options));
  output.document(prediction, () => JSON.stringify(prediction, null, 2));
  return exit.ok;
};

function parseRows(source: string): Row | readonly Row[] {
  let rows: unknown;
  try {
    rows = JSON.parse(source);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw usageError(`The features are not JSON: ${why}.`, `Example: '{"temp": 54, "carrier": "UA"}'`);
  }
  if (typeof rows === 'object' && rows !== null) return rows as Row | readonly Row[];
  throw usageError('The features must be an object, or a list of them.', `Example: '{"temp": 54, "carrier": "UA"}'`);
}

function predictOptions(options: Options) {
  const [id, key, version] = ['id', 'key', 'modelVersion'].map((name) => text(options, name));
  return {
    ...(id === undefined ? {} : { id }),
    ...(key === undefined ? {} : { key }),
    ...(version === undefined ? {} : { version: parseVersion(version) }),
  };
}
