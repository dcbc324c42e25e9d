import { distance } from 'fastest-levenshtein';
import { PerennialError } from '../../errors/error.ts';
import type { ModelFile } from '../../plan/schema.ts';
import type { Window } from '../dataset.ts';
import { asText, asTimestamp, type ColumnKind, kindOf } from './casts.ts';
import type { Database } from './database.ts';
import { readFault } from './read-fault.ts';
import { type SourceFormat, scanFiles } from './scan.ts';
import { ident, text, timestamp } from './sql.ts';

/** A column of the table `source_rows`, which holds the source's own values. */
export interface SourceColumn {
  readonly name: string;
  /** Its name in `source_rows`, quoted. */
  readonly sql: string;
  readonly kind: ColumnKind;
  /** DuckDB's name of its type in the source. */
  readonly type: string;
}

/** The time in UTC, in `source_rows`; null where it could not be read. */
export const timeSql = 'row_time';

/**
 * Names and types of all columns that the files have between them.
 * @throws PRN-DATASET-002 naming the file that cannot be read
 */
export async function describeSource(
  database: Database,
  format: SourceFormat,
  files: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await readingSource(database, format, files, async () =>
    database.rows(`DESCRIBE SELECT * FROM ${await scanFiles(database, format, files)}`),
  );
  const types = new Map(rows.map((row) => [String(row.column_name), String(row.column_type)]));
  refuseJsonArray(format, files, types);
  return types;
}

/**
 * An array of objects is one value for a reader of lines, and would be a table of the one column "json".
 * @throws PRN-DATASET-002
 */
export function refuseJsonArray(
  format: SourceFormat,
  files: readonly string[],
  types: ReadonlyMap<string, string>,
): void {
  if (format !== 'json' || types.size !== 1 || !types.get('json')?.endsWith('[]')) return;
  const [file = ''] = files;
  throw new PerennialError('PRN-DATASET-002', {
    message: `the json file ${file} cannot be read: it is an array; write one object a line`,
    details: { file },
  });
}

/**
 * Loads the named columns of the window into the temporary table `source_rows`. Rows without a readable time are kept, for the checks.
 * @throws PRN-DATASET-002 naming the file that cannot be read, PRN-DATASET-006 when the time column's type holds no time
 */
export async function loadSource(
  database: Database,
  source: {
    readonly format: SourceFormat;
    readonly files: readonly string[];
    readonly window: Window;
    readonly only: RowsOnly | undefined;
    /** Only rows of which this column, as text, is among the results of a query: the rest of the window is read and not kept. */
    readonly among?: { readonly column: string; readonly query: string };
  },
  columns: { readonly time: string; readonly all: readonly string[]; readonly types: ReadonlyMap<string, string> },
): Promise<ReadonlyMap<string, SourceColumn>> {
  const { format, files, window, only, among } = source;
  const timeType = columns.types.get(columns.time) ?? '';
  const time = asTimestamp(kindOf(timeType), ident(columns.time));
  if (time === null) {
    throw new PerennialError('PRN-DATASET-006', {
      message: `the time column "${columns.time}" has the type ${timeType}, which is not a timestamp`,
      details: { column: columns.time, type: timeType },
    });
  }
  // Aliases by position: a source column can be called anything, "row_time" too.
  const loaded = columns.all.map((name, index): SourceColumn => {
    const type = columns.types.get(name) ?? '';
    return { name, sql: `c${index}`, kind: kindOf(type), type };
  });
  const list = [`${time} AS ${timeSql}`, ...loaded.map(({ name, sql }) => `${ident(name)} AS ${sql}`)];
  const where = onlySql(only, columns.types);
  const told = loaded.find(({ name }) => name === among?.column);
  const wanted = among && told ? `AND ${asText(told.kind, told.sql)} IN (${among.query})` : '';
  await readingSource(database, format, files, async () =>
    database.run(
      `CREATE TEMP TABLE source_rows AS SELECT * FROM (SELECT ${list.join(', ')} FROM ${await scanFiles(database, format, files)} ${where})
       WHERE (${timeSql} IS NULL OR (${timeSql} >= ${timestamp(window.from)} AND ${timeSql} < ${timestamp(window.to)})) ${wanted}`,
    ),
  );
  return new Map(loaded.map((column) => [column.name, column]));
}

export type RowsOnly = NonNullable<ModelFile['data']['only']>;

/**
 * SQL that leaves out the rows that do not count.
 * @throws PRN-DATASET-004 the column that tells is not there
 */
export function onlySql(only: RowsOnly | undefined, types: ReadonlyMap<string, string>): string {
  if (only === undefined) return '';
  const type = types.get(only.column);
  if (type === undefined) throw missingColumns([only.column], types);
  return `WHERE ${asText(kindOf(type), ident(only.column))} = ${text(only.equals)}`;
}

/** The error for columns that no file has, each with the nearest name that some file has. */
export function missingColumns(missing: readonly string[], types: ReadonlyMap<string, string>): PerennialError {
  const described = missing.map((name) => {
    const near = nearest(name, [...types.keys()]);
    return near === undefined ? `"${name}"` : `"${name}" (did you mean "${near}"?)`;
  });
  return new PerennialError('PRN-DATASET-004', {
    message: `the source has no column ${described.join(', ')}; it has ${[...types.keys()].join(', ') || 'no columns at all'}`,
    details: { missing, columns: [...types.keys()] },
  });
}

function nearest(name: string, candidates: readonly string[]): string | undefined {
  const atMost = Math.max(2, Math.floor(name.length / 3));
  return candidates
    .map((candidate) => ({ candidate, away: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ away }) => away <= atMost)
    .sort((a, b) => a.away - b.away)[0]?.candidate;
}

/** @throws PRN-DATASET-002 naming the file on which `read` broke, PRN-DATASET-012 where it was none of them */
export async function readingSource<T>(
  database: Database,
  format: SourceFormat,
  files: readonly string[],
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw (await findBrokenFile(database, format, files)) ?? readFailed(files, cause);
  }
}

/** Reads the files one by one: DuckDB's message about many files does not always say which one it was. */
async function findBrokenFile(
  database: Database,
  format: SourceFormat,
  files: readonly string[],
): Promise<PerennialError | undefined> {
  for (const file of files) {
    try {
      // Hashing whole rows makes DuckDB decode every page, not just the footer.
      await database.rows(`SELECT max(hash(source)) FROM ${await scanFiles(database, format, [file])} AS source`);
    } catch (cause) {
      return new PerennialError('PRN-DATASET-002', {
        message: `the ${format} file ${file} cannot be read: ${readFault(cause)}`,
        cause,
        details: { file },
      });
    }
  }
  return undefined;
}

function readFailed(files: readonly string[], cause: unknown): PerennialError {
  const odd = /reading file "(.*)": failed to cast column "(.*)" from type (.*) to (.*): :/.exec(readFault(cause));
  if (odd !== null) {
    const [, file = '', column = '', type = '', other = ''] = odd;
    return new PerennialError('PRN-DATASET-002', {
      message: `the source files do not fit together: column "${column}" is ${type} in ${file}, and ${other} in another`,
      cause,
      details: { file, column },
    });
  }
  return new PerennialError('PRN-DATASET-012', {
    message: `reading ${files.length} source files (${text(files[0] ?? '')} and on) failed: ${readFault(cause)}`,
    cause,
  });
}
