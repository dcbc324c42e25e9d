import type { ColumnTable } from '../dataset.ts';
import { as, plainValue, readTable } from './column-table.ts';
import type { Database } from './database.ts';
import { scanFiles } from './scan.ts';
import { describeSource, missingColumns } from './source-table.ts';
import { ident } from './sql.ts';

/**
 * Reads a local Parquet file in the order of its rows.
 * @throws PRN-DATASET-002 when the file cannot be read, PRN-DATASET-004 when it lacks a named column
 */
export async function readParquetFile(
  database: Database,
  path: string,
  columns?: readonly string[],
): Promise<ColumnTable> {
  const types = await describeSource(database, 'parquet', [path]);
  const names = columns ?? [...types.keys()];
  const absent = names.filter((name) => !types.has(name));
  if (absent.length > 0) throw missingColumns(absent, types);
  const list = names.map((name) => as(plainValue(types.get(name) ?? '', ident(name)), name));
  return readTable(database, `SELECT ${list.join(', ')} FROM ${await scanFiles(database, 'parquet', [path])}`);
}
