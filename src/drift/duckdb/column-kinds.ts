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
    for (const row of await database.rows(lookAt(table, part))) {
      const column = part[Number(String(row.place).slice(1))];
      const shown = ['filled', 'distinct_values', 'numbers', 'truths', 'times'].map((name) => Number(row[name]));
      if (column !== undefined) kinds.set(column, kindFrom(shown));
    }
    for (const column of part) if (!kinds.has(column)) kinds.set(column, kindFrom([]));
  }
  return kinds;
}

const perQuery = 200;
/** What the first rows do not show is found out when the values are counted. */
const looked = 20_000;
const fewNames = 50;

/**
 * One row for each column that holds a value, named by its place. The columns are turned into rows: DuckDB plans five aggregates in a moment,
 * and five for each of many columns in longer than it then takes to run them.
 */
function lookAt(table: OpenTable, columns: readonly string[]): string {
  const texts = columns.map(
    (column, at) => `${asText(kindOf(table.types.get(column) ?? ''), ident(column))} AS f${at}`,
  );
  const typed = table.files.format === 'parquet';
  const share = (readable: string): string => (typed ? '0' : `CAST(count(*) FILTER (WHERE ${readable}) AS DOUBLE)`);
  return `SELECT place, CAST(count(*) AS DOUBLE) AS filled, CAST(approx_count_distinct(value) AS DOUBLE) AS distinct_values,
      ${share('TRY_CAST(value AS DOUBLE) IS NOT NULL')} AS numbers,
      ${share("lower(value) IN ('true', 'false')")} AS truths,
      ${share('TRY_CAST(value AS DOUBLE) IS NULL AND TRY_CAST(value AS TIMESTAMPTZ) IS NOT NULL')} AS times
    FROM (SELECT ${texts.join(', ')} FROM ${table.from(columns)} LIMIT ${looked})
    UNPIVOT (value FOR place IN (${columns.map((_, at) => `f${at}`).join(', ')}))
    WHERE value <> '' GROUP BY place`;
}

function kindFrom([filled = 0, distinct = 0, numbers = 0, truths = 0, times = 0]: readonly number[]): ComparedKind {
  // A few bad values among many do not change what the column is: they are told as unreadable.
  const mostly = (readable: number): boolean => filled > 0 && readable >= filled * 0.9;
  if (mostly(numbers)) return 'numeric';
  if (mostly(truths)) return 'boolean';
  if (mostly(times)) return 'datetime';
  return distinct > fewNames && distinct > filled / 2 ? 'text' : 'categorical';
}
