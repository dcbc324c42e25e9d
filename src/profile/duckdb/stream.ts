import type { Database } from '../../dataset/duckdb/database.ts';

/** DuckDB's vectors hold at most so many rows. */
const chunkRows = 2_048;

/**
 * Runs a query whose columns are all DOUBLE and hands each chunk over, column by column, in arrays that are used again for the next one.
 * No value may be null: NaN stands for what is missing.
 */
export async function streamDoubles(
  database: Database,
  sql: string,
  use: (columns: readonly Float64Array[], rows: number) => void,
): Promise<void> {
  const result = await database.connection.stream(sql);
  const columns = result.columnNames().map(() => new Float64Array(chunkRows));
  for await (const chunk of result) {
    const rows = chunk.rowCount;
    for (const [index, column] of columns.entries()) {
      const vector = chunk.getColumnVector(index);
      for (let row = 0; row < rows; row += 1) column[row] = vector.getItem(row) as number;
    }
    use(columns, rows);
  }
}

/** The columns of one query: more would make the Parquet reader hold too many pages at once. */
export function inBatches<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, batch) =>
    items.slice(batch * size, (batch + 1) * size),
  );
}
