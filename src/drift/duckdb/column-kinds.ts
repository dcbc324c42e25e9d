import { asText, type ColumnKind, kindOf } from '../../dataset/duckdb/casts.ts';
import type { Database } from '../../dataset/duckdb/database.ts';
import { ident } from '../../dataset/duckdb/sql.ts';
import type { ComparedKind } from '../comparison.ts';
import type { OpenTable } from './open-table.ts';

/** How a column that both tables have is compared; null for types that hold nothing that can be (lists, structs, blobs). */
export async function chooseKinds(
  database: Database,
  tables: { readonly reference: OpenTable; readonly current: OpenTable },
  columns: readonly string[],
): Promise<ReadonlyMap<string, ComparedKind | null>> {
  const { reference, current } = tables;
  // Where the reference has no row to go by, the current table says what the column is.
  const lead = reference.rows > 0 ? reference : current;
  const texts = columns.filter((column) => isText(kindOf(lead.types.get(column) ?? '')));
  const spelled = await lead.reading(() => spelledKinds(database, lead, texts));
  return new Map(
    columns.map((column) => [column, spelled.get(column) ?? plainKind(kindOf(lead.types.get(column) ?? ''))] as const),
  );
}

function plainKind(kind: ColumnKind): ComparedKind | null {
  if (kind === 'number') return 'numeric';
  if (kind === 'boolean') return 'boolean';
  if (kind === 'time' || kind === 'zoned-time') return 'datetime';
  return kind === 'text' || kind === 'json' ? 'categorical' : null;
}

function isText(kind: ColumnKind): boolean {
  return kind === 'text' || kind === 'json';
}

/** What texts spell. Only text formats write numbers, times and truth as texts; in Parquet a text is a text. */
async function spelledKinds(
  database: Database,
  table: OpenTable,
  columns: readonly string[],
): Promise<ReadonlyMap<string, ComparedKind>> {
  const kinds = new Map<string, ComparedKind>();
  for (let from = 0; from < columns.length; from += perQuery) {
    const part = columns.slice(from, from + perQuery);
    // Named by position: DuckDB gives equal expressions equal names, and a row has one value for each name.
    const looks = part.flatMap((column) => lookAt(table, column)).map((sql, at) => `${sql} AS f${at}`);
    const [row] = await database.rows(`SELECT ${looks.join(', ')} FROM (FROM ${table.alias} LIMIT ${looked})`);
    const values = looks.map((_, at) => Number(row?.[`f${at}`]));
    for (const [at, column] of part.entries())
      kinds.set(column, kindFrom(values.slice(at * figures, (at + 1) * figures)));
  }
  return kinds;
}

const perQuery = 100;
const figures = 5;
/** What the first rows do not show is found out when the values are counted. */
const looked = 20_000;
const fewNames = 50;

function lookAt(table: OpenTable, column: string): string[] {
  const value = asText(kindOf(table.types.get(column) ?? ''), ident(column));
  const filled = `nullif(${value}, '')`;
  const typed = table.files.format === 'parquet';
  const share = (readable: string): string =>
    typed ? '0' : `count(*) FILTER (WHERE ${filled} IS NOT NULL AND ${readable})`;
  return [
    `count(${filled})`,
    `approx_count_distinct(${filled})`,
    share(`TRY_CAST(${filled} AS DOUBLE) IS NOT NULL`),
    share(`lower(${filled}) IN ('true', 'false')`),
    share(`TRY_CAST(${filled} AS TIMESTAMPTZ) IS NOT NULL`),
  ];
}

function kindFrom([filled = 0, distinct = 0, numbers = 0, truths = 0, times = 0]: readonly number[]): ComparedKind {
  // A few bad values among many do not change what the column is: they are told as unreadable.
  const mostly = (readable: number): boolean => filled > 0 && readable >= filled * 0.9;
  if (mostly(numbers)) return 'numeric';
  if (mostly(truths)) return 'boolean';
  if (mostly(times)) return 'datetime';
  return distinct > fewNames && distinct > filled / 2 ? 'text' : 'categorical';
}
