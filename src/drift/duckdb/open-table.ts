import { findSameName, saySameName } from '../../dataset/duckdb/column-names.ts';
import type { Database } from '../../dataset/duckdb/database.ts';
import { readHeader, scanFiles } from '../../dataset/duckdb/scan.ts';
import { readingSource, refuseJsonArray } from '../../dataset/duckdb/source-table.ts';
import { ident } from '../../dataset/duckdb/sql.ts';
import type { RemoteFiles } from '../../dataset/remote-files.ts';
import { PerennialError } from '../../errors/error.ts';
import { findTableFiles, type TableFiles } from './table-files.ts';
import { splitWideCsv } from './wide-csv.ts';

/** A table of a side, by its name in the database. */
export interface OpenTable {
  readonly name: string;
  readonly rows: number;
  readonly files: TableFiles;
  /** DuckDB's types, in the table's order. */
  readonly types: ReadonlyMap<string, string>;
  /** SQL of a table that has these columns, and others. */
  from(columns: readonly string[]): string;
  /** Runs what reads the table; a failure names the file that cannot be read. */
  reading<T>(read: () => Promise<T>): Promise<T>;
}

/**
 * Makes the files of one side a table of the database. Many small files are loaded, as opening them anew for each column would take longest;
 * other Parquet is only looked at, column by column. CSV and JSON are loaded, and may spill to disk; CSV of many columns is split first.
 * @throws PRN-DATASET-002 naming the file that cannot be read, PRN-DRIFT-003 to 006
 */
export async function openTable(
  database: Database,
  name: string,
  options: { readonly alias: string; readonly base: string; readonly remote?: RemoteFiles | undefined },
): Promise<OpenTable> {
  const files = await findTableFiles(database, name, options);
  await refuseBadHeaders(database, files);
  const sliced = files.format === 'csv' ? await splitWideCsv(database, files.files) : null;
  const reading = <T>(read: () => Promise<T>): Promise<T> =>
    readingSource(
      database,
      ...(sliced ? (['parquet', sliced.files] as const) : ([files.format, files.files] as const)),
      read,
    ).catch((error: unknown) => {
      throw outOfMemory(error, name) ?? error;
    });
  if (sliced === null) return wholeTable(database, { ...{ name, files, reading }, alias: options.alias });
  const types = new Map(sliced.columns.map((column) => [column, 'VARCHAR']));
  return { ...{ name, files, types, reading }, rows: sliced.rows, from: sliced.from };
}

async function wholeTable(
  database: Database,
  { alias, ...table }: Pick<OpenTable, 'name' | 'files' | 'reading'> & { readonly alias: string },
): Promise<OpenTable> {
  const { files, reading } = table;
  const load = files.format !== 'parquet' || (files.files.length >= manyFiles && files.bytes < smallBytes);
  await reading(async () =>
    database.run(
      `CREATE ${load ? 'TABLE' : 'VIEW'} ${alias} AS SELECT * FROM ${await scanFiles(database, files.format, files.files)}`,
    ),
  );
  const described = await database.rows(`DESCRIBE ${alias}`);
  const types = new Map(described.map((row) => [String(row.column_name), String(row.column_type)]));
  refuseJsonArray(files.format, files.files, types);
  const [counted] = await reading(() => database.rows(`SELECT CAST(count(*) AS DOUBLE) AS n FROM ${alias}`));
  return { ...table, types, rows: Number(counted?.n), from: () => alias };
}

/** No file is to blame when memory runs out. */
function outOfMemory(error: unknown, name: string): PerennialError | null {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error) || !cause.message.startsWith('Out of Memory')) return null;
  return new PerennialError('PRN-DATASET-012', {
    message: `Memory ran out while ${name} was read: ${cause.message.split('\n', 1)[0]}`,
    hint: 'Write the table as Parquet, which is read column by column.',
    cause,
  });
}

const smallBytes = 32 * 2 ** 20;
const manyFiles = 5;

/** What a reader would take for granted: names that differ, and commas. */
async function refuseBadHeaders(database: Database, { format, files }: TableFiles): Promise<void> {
  if (format === 'csv') {
    // A damaged file is told by who reads it.
    for (const file of files) refuseOtherDelimiter(file, await readHeader(database, file).catch(() => []));
  }
  // Of Parquet, one file stands for all: to open each of thousands would take longer than to compare them.
  const same = await findSameName(database, format, format === 'parquet' ? files.slice(0, 1) : files);
  if (same !== null) throw new PerennialError('PRN-DRIFT-006', { message: `${saySameName(same)}.` });
}

function refuseOtherDelimiter(file: string, names: readonly string[]): void {
  const [only] = names;
  if (names.length !== 1 || only === undefined) return;
  const found = [...delimiters].find(([sign]) => only.includes(sign));
  if (found === undefined) return;
  throw new PerennialError('PRN-DRIFT-005', {
    message: `${file} has the one column ${ident(only.slice(0, 60))}: its delimiter seems to be ${found[1]}.`,
  });
}

const delimiters: ReadonlyMap<string, string> = new Map([
  [';', 'a semicolon'],
  ['\t', 'a tab'],
  ['|', 'a bar'],
]);
