import type { Database } from '../../dataset/duckdb/database.ts';
import type { ColumnSql } from './column-values.ts';
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
  const counts = columns.map(() => new Map<string, number>());
  const missing = columns.map((column): number | null => (column.missing === null ? null : 0));
  const inner = columns.flatMap(({ value, missing: absent }, at) => [
    `${value} AS c${at}`,
    ...(absent === null ? [] : [`${absent} AS m${at}`]),
  ]);
  // Position of the grouped column, name, whether missing, rows: the same four columns whatever is counted.
  const keys = columns.map(({ missing: absent }, at) => (absent === null ? [`c${at}`] : [`c${at}`, `m${at}`]));
  const sets = keys.map((names) => `(${names.join(', ')})`);
  const which = columns.map((_, at) => `WHEN grouping(c${at}) = 0 THEN ${at}`);
  const name = columns.map((_, at) => `WHEN grouping(c${at}) = 0 THEN c${at}`);
  const absent = columns.flatMap((column, at) =>
    column.missing === null ? [] : [`WHEN grouping(c${at}) = 0 THEN m${at}`],
  );
  const sql = `SELECT CASE ${which.join(' ')} END, CASE ${name.join(' ')} END, ${absent.length > 0 ? `CASE ${absent.join(' ')} END` : 'NULL'}, CAST(count(*) AS DOUBLE)
    FROM (SELECT ${inner.join(', ')} FROM ${table.alias}) GROUP BY GROUPING SETS (${sets.join(', ')})`;
  await table.reading(async () => {
    const result = await database.connection.stream(sql);
    for (
      let chunk = await result.fetchChunk();
      chunk !== null && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      const [position, names, isMissing, rows] = [0, 1, 2, 3].map((at) => chunk?.getColumnVector(at));
      for (let row = 0; row < chunk.rowCount; row += 1) {
        const at = Number(position?.getItem(row));
        const [value, count] = [names?.getItem(row), Number(rows?.getItem(row))];
        if (typeof value === 'string') counts[at]?.set(value, (counts[at]?.get(value) ?? 0) + count);
        else if (isMissing?.getItem(row) === true) missing[at] = (missing[at] ?? 0) + count;
      }
    }
  });
  return columns.map((_, at) => ({ counts: counts[at] ?? new Map(), missing: missing[at] ?? null }));
}
