import { type Command, exit } from '../command.ts';
import { usageError } from '../failure.ts';
import { renderDifference } from '../output/difference.ts';
import { parseVersion, resolveVersion } from '../resolve.ts';

/** `diff m@3 4`, `diff m 3 4`, or `diff m 4`: from the stable version. */
export const run: Command = async ({ client, output }, [target = '', second, third]) => {
  refuseTables([target, second, third]);
  const perennial = await client();
  const named = target.includes('@') || third === undefined;
  const from = await resolveVersion(perennial, target, named ? undefined : second);
  const last = named ? second : third;
  if (last === undefined)
    throw usageError('Two versions are needed.', `For example: perennial diff ${from.model}@${from.version} 4`);
  const to = parseVersion(last.includes('@') ? (last.split('@')[1] ?? '') : last);
  const difference = await perennial.difference(from.model, from.version, to);
  output.document(difference, (style) => renderDifference(difference, style));
  return exit.ok;
};

/** Two files are no versions; what is meant has another verb. */
function refuseTables(words: readonly (string | undefined)[]): void {
  const tables = words.filter((word) => word !== undefined && /[/*]|\.(parquet|csv|jsonl|ndjson|json)$/i.test(word));
  const [first, second = '<current>'] = tables;
  if (first !== undefined)
    throw usageError(
      `"${first}" is a table; diff holds two versions of a model against each other.`,
      `Two tables: perennial compare ${first} ${second}`,
    );
}
