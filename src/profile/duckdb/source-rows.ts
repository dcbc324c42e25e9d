import type { Window } from '../../dataset/dataset.ts';
import {
  asNumber,
  asText,
  asTimestamp,
  type ColumnKind,
  isNotNumber,
  kindOf,
  tellsZone,
} from '../../dataset/duckdb/casts.ts';
import type { Database } from '../../dataset/duckdb/database.ts';
import { scanFiles } from '../../dataset/duckdb/scan.ts';
import { onlySql, type RowsOnly, readingSource } from '../../dataset/duckdb/source-table.ts';
import { ident, timestamp } from '../../dataset/duckdb/sql.ts';
import type { ModelFile } from '../../plan/schema.ts';

/** Rows to be profiled: `sql` is a table of `row_time` and one column for each of `columns`. */
export interface SourceRows {
  readonly sql: string;
  readonly columns: ReadonlyMap<string, SourceColumn>;
  /** Whether `time_zoned` says of each row if its time was written with a zone. */
  readonly tellsZones?: boolean;
}

export interface SourceColumn {
  readonly sql: string;
  readonly kind: ColumnKind;
}

/**
 * Parquet is read in place, column by column; text formats, where a column is not cheaper than a row, are loaded once into a table that may
 * spill.
 * @param time SQL type of the time column is one that asTimestamp can read
 */
export async function sourceRows(
  database: Database,
  format: ModelFile['data']['source']['format'],
  files: readonly string[],
  columns: {
    readonly time: string;
    readonly all: readonly string[];
    readonly types: ReadonlyMap<string, string>;
    readonly only: RowsOnly | undefined;
  },
): Promise<SourceRows> {
  const kind = (name: string): ColumnKind => kindOf(columns.types.get(name) ?? '');
  const time = asTimestamp(kind(columns.time), ident(columns.time)) ?? 'CAST(NULL AS TIMESTAMP)';
  const named = columns.all.map((name, index) => ({ name, sql: `c${index}` }));
  const timeKind = kind(columns.time);
  const tellsZones = timeKind === 'text' || timeKind === 'json';
  const zoned = tellsZones ? [`${tellsZone(asText(timeKind, ident(columns.time)))} AS time_zoned`] : [];
  const list = [`${time} AS row_time`, ...zoned, ...named.map(({ name, sql }) => `${ident(name)} AS ${sql}`)].join(
    ', ',
  );
  const select = `SELECT ${list} FROM ${await scanFiles(database, format, files)} ${onlySql(columns.only, columns.types)}`;
  const byName = new Map(named.map(({ name, sql }) => [name, { sql, kind: kind(name) }]));
  if (format === 'parquet') return { sql: `(${select})`, columns: byName, tellsZones };
  await readingSource(database, format, files, () => database.run(`CREATE TEMP TABLE partition_rows AS ${select}`));
  return { sql: 'partition_rows', columns: byName, tellsZones };
}

export function inside({ from, to }: Window): string {
  return `row_time >= ${timestamp(from)} AND row_time < ${timestamp(to)}`;
}

const nan = `'NaN'::DOUBLE`;

/** SQL of a number, NaN where there is none; and, for types that can hold something else, 1 where they do and 0 elsewhere. */
export function numberOf({ sql, kind }: SourceColumn): {
  readonly value: string;
  readonly unreadable: string | null;
} {
  if (kind === 'number' || kind === 'boolean')
    return { value: `coalesce(CAST(${sql} AS DOUBLE), ${nan})`, unreadable: null };
  return {
    value: `coalesce(${asNumber(kind, sql)}, ${nan})`,
    unreadable: `coalesce(CAST(${isNotNumber(kind, sql)} AS DOUBLE), 0.0)`,
  };
}

/** SQL of a category's name, null where it is missing. */
export function nameOf({ sql, kind }: SourceColumn): string {
  return `nullif(${asText(kind, sql)}, '')`;
}
