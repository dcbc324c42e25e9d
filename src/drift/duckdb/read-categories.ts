import type { DuckDBDataChunk } from '@duckdb/node-api';
import type { Database } from '../../dataset/duckdb/database.ts';
import { type ColumnSql, fromOf } from './column-values.ts';
import type { OpenTable } from './open-table.ts';

/** How often each name occurs; missing and unreadable rows are not among them. */
export interface CategoryColumn {
  readonly counts: ReadonlyMap<string, number>;
  readonly missing: number | null;
}

/** Counts the names of several columns in one pass over the table. */
export async function readCategories(
  database: Database,
  table: OpenTable,
  columns: readonly ColumnSql[],
): Promise<CategoryColumn[]> {
  const tally = tallyOf(columns);
  const sql = table.rows <= fewRows ? eachRow(table, columns) : groupedSets(table, columns);
  await table.reading(async () => {
    tally.clear();
    const result = await database.connection.stream(sql);
    for await (const chunk of result) {
      if (table.rows <= fewRows) addRows(chunk, columns, tally);
      else addGroups(chunk, tally);
    }
  });
  return tally.columns();
}

/** Up to here counting in JavaScript is quicker than a hash table a column in DuckDB, and takes far less memory in wide tables. */
const fewRows = 10_000;

interface Tally {
  add(column: number, name: unknown, isMissing: boolean, rows: number): void;
  clear(): void;
  columns(): CategoryColumn[];
}

function tallyOf(columns: readonly ColumnSql[]): Tally {
  const counts = columns.map(() => new Map<string, number>());
  const missing = columns.map(() => 0);
  return {
    add(column, name, isMissing, rows) {
      const names = counts[column];
      if (typeof name === 'string') names?.set(name, (names.get(name) ?? 0) + rows);
      else if (isMissing) missing[column] = (missing[column] ?? 0) + rows;
    },
    clear() {
      for (const names of counts) names.clear();
      missing.fill(0);
    },
    columns: () =>
      columns.map((column, at) => ({
        counts: counts[at] ?? new Map(),
        missing: column.missing === null ? null : (missing[at] ?? 0),
      })),
  };
}

function eachRow(table: OpenTable, columns: readonly ColumnSql[]): string {
  return `SELECT ${columns.map(({ value, missing }) => `${value}, ${missing ?? 'FALSE'}`).join(', ')} FROM ${fromOf(table, columns)}`;
}

function addRows(chunk: DuckDBDataChunk, columns: readonly ColumnSql[], tally: Tally): void {
  for (const at of columns.keys()) {
    const [names, isMissing] = [chunk.getColumnVector(2 * at), chunk.getColumnVector(2 * at + 1)];
    for (let row = 0; row < chunk.rowCount; row += 1)
      tally.add(at, names.getItem(row), isMissing.getItem(row) === true, 1);
  }
}

/** Position of the grouped column, name, whether missing, rows: the same four columns whatever is counted. */
function groupedSets(table: OpenTable, columns: readonly ColumnSql[]): string {
  const inner = columns.flatMap(({ value, missing }, at) => [`${value} AS c${at}`, `${missing ?? 'FALSE'} AS m${at}`]);
  const sets = columns.map((_, at) => `(c${at}, m${at})`);
  const pick = (then: (at: number) => string): string =>
    `CASE ${columns.map((_, at) => `WHEN grouping(c${at}) = 0 THEN ${then(at)}`).join(' ')} END`;
  return `SELECT ${pick(String)}, ${pick((at) => `c${at}`)}, ${pick((at) => `m${at}`)}, CAST(count(*) AS DOUBLE)
    FROM (SELECT ${inner.join(', ')} FROM ${fromOf(table, columns)}) GROUP BY GROUPING SETS (${sets.join(', ')})`;
}

function addGroups(chunk: DuckDBDataChunk, tally: Tally): void {
  const [position, names, isMissing, rows] = [0, 1, 2, 3].map((at) => chunk.getColumnVector(at));
  for (let row = 0; row < chunk.rowCount; row += 1)
    tally.add(
      Number(position?.getItem(row)),
      names?.getItem(row),
      isMissing?.getItem(row) === true,
      Number(rows?.getItem(row)),
    );
}
