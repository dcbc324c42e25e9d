import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { compareTables } from '../../drift/duckdb/compare-tables.ts';
import { type Command, exit, type Options, text } from '../command.ts';
import { usageError } from '../failure.ts';
import { flagOf } from '../instant.ts';
import { renderComparison } from '../output/compare.ts';
import { remoteFiles } from '../remote-tables.ts';

/** Compares two tables. Needs no server; negative when something drifted or is wrong. */
export const run: Command = async ({ output, terminal }, [reference = '', current = ''], options) => {
  const columns = text(options, 'columns')
    ?.split(',')
    .map((name) => name.trim());
  const store = text(options, 'store');
  refuseVersions(reference, current);
  const comparison = await compareTables(
    {
      ...{ reference, current, base: terminal.cwd },
      alpha: share(options, 'alpha', 0.05),
      minimumEffect: share(options, 'minimumEffect', 0.05),
      remote: await remoteFiles([reference, current], terminal.env),
      ...(columns === undefined ? {} : { columns }),
      ...(store === undefined ? {} : { store }),
    },
    { tempFolder: join(tmpdir(), 'perennial-compare'), memoryLimit: '2GB' },
  );
  const page = text(options, 'html');
  if (page !== undefined) {
    const { comparisonPage } = await import('../../report/comparison-page.ts');
    await writeFile(resolve(terminal.cwd, page), comparisonPage(comparison));
  }
  output.document(comparison, (style) => renderComparison(comparison, style));
  return comparison.drifted ? exit.negative : exit.ok;
};

/** `model@3` is a version; what is meant has another verb. */
function refuseVersions(reference: string, current: string): void {
  const [, of, from] = /^([a-z][a-z0-9-]*)@v?(\d+)$/.exec(reference) ?? [];
  if (of !== undefined)
    throw usageError(
      `"${reference}" is a version; compare holds two tables against each other.`,
      `Two versions: perennial diff ${of}@${from} ${current.split('@').at(-1)}`,
    );
}

function share(options: Options, name: string, otherwise: number): number {
  const given = text(options, name);
  if (given === undefined) return otherwise;
  const value = Number(given);
  if (given.trim() === '' || !(value >= 0 && value <= 1))
    throw usageError(
      `--${flagOf(name)} is "${given}", which is no number from 0 to 1.`,
      `For example: --${flagOf(name)} 0.05`,
    );
  return value;
}
