import { PerennialError } from '../../errors/error.ts';
import type { Database } from './database.ts';
import { readHeader, type SourceFormat } from './scan.ts';
import { textList } from './sql.ts';

/** Two columns of one name, or of names that differ by case only: DuckDB renames the second, and would read `a` beside an `a_1` of another meaning. */
export interface SameName {
  readonly file: string;
  readonly first: string;
  readonly second: string;
}

/** The first file with two columns of one name; null where none has any, and for JSON, whose last value counts. A damaged file is told by who reads it. */
export async function findSameName(
  database: Database,
  format: SourceFormat,
  files: readonly string[],
): Promise<SameName | null> {
  if (format === 'json' || files.length === 0) return null;
  const named = format === 'parquet' ? await parquetNames(database, files) : await csvNames(database, files);
  for (const [file, names] of named) {
    const pair = sameName(names);
    if (pair !== null) return { file, ...pair };
  }
  return null;
}

/** Such as `the file x.csv has two columns "a"`. */
export function saySameName({ file, first, second }: SameName): string {
  return first === second ? `${file} has two columns "${first}"` : `${file} has the columns "${first}" and "${second}"`;
}

/**
 * Refuses a source in which a name that is used stands for two columns. Only looked up where DuckDB has given a column the name of another
 * one and a number.
 * @throws PRN-DATASET-014
 */
export async function refuseSameName(
  database: Database,
  source: { readonly format: SourceFormat; readonly files: readonly string[] },
  types: ReadonlyMap<string, string>,
  used: readonly string[],
): Promise<void> {
  const asked = new Set(used.map((name) => name.toLowerCase()));
  const renamed = [...types.keys()].some(
    (name) => asked.has(name.toLowerCase().replace(/_\d+$/, '')) && /_\d+$/.test(name),
  );
  const found = renamed ? await findSameName(database, source.format, source.files) : null;
  if (found === null || !asked.has(found.first.toLowerCase())) return;
  throw new PerennialError('PRN-DATASET-014', {
    message: `${saySameName(found)}: which of them is meant is not known`,
    details: { ...found },
  });
}

function sameName(names: readonly string[]): Pick<SameName, 'first' | 'second'> | null {
  const seen = new Map<string, string>();
  for (const name of names) {
    const first = seen.get(name.toLowerCase());
    if (first !== undefined) return { first, second: name };
    seen.set(name.toLowerCase(), name);
  }
  return null;
}

/** One after the other: each reader has a buffer of its own. */
async function csvNames(database: Database, files: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const named = new Map<string, readonly string[]>();
  for (const file of files) named.set(file, await readHeader(database, file).catch(() => []));
  return named;
}

/** Of the columns themselves, not of what is inside of a struct or list. */
async function parquetNames(database: Database, files: readonly string[]): Promise<ReadonlyMap<string, string[]>> {
  const rows = await database
    .rows(`SELECT file_name, name, num_children FROM parquet_schema(${textList(files)})`)
    .catch(() => []);
  const named = new Map<string, string[]>();
  let inside = 0;
  for (const { file_name, name, num_children } of rows) {
    const file = String(file_name);
    const names = named.get(file);
    // The first row of each file is its root.
    if (names === undefined) {
      named.set(file, []);
      inside = 0;
      continue;
    }
    if (inside === 0) names.push(String(name));
    inside = Math.max(0, inside - 1) + Number(num_children ?? 0);
  }
  return named;
}
