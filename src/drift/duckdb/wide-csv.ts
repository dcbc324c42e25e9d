import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../../dataset/duckdb/database.ts';
import { readHeader, scanFiles } from '../../dataset/duckdb/scan.ts';
import { readingSource } from '../../dataset/duckdb/source-table.ts';
import { type ColumnSlice, type CsvFile, splitColumns } from '../../dataset/duckdb/split-columns.ts';
import { text } from '../../dataset/duckdb/sql.ts';

/** A table that lies in Parquet files of some columns each. */
export interface SlicedTable {
  readonly rows: number;
  readonly columns: readonly string[];
  readonly files: readonly string[];
  /** SQL of a table that has these columns, and others. */
  from(columns: readonly string[]): string;
}

/** From here on CSV is split: DuckDB holds a batch of rows for each thread, with memory for all of their columns. */
const wide = 1_000;

/**
 * Splits a CSV table of many columns into Parquet files of few, in the folder where the database spills; null for one of few columns, and
 * for what only DuckDB can unpack.
 * @throws PRN-DATASET-002 naming the file and the line
 */
export async function splitWideCsv(database: Database, files: readonly string[]): Promise<SlicedTable | null> {
  if (files.some((file) => file.toLowerCase().endsWith('.zst'))) return null;
  const headed: CsvFile[] = [];
  for (const path of files) headed.push({ path, columns: await readHeader(database, path).catch(() => []) });
  if (Math.max(...headed.map(({ columns }) => columns.length)) <= wide) return null;
  const [setting] = await database.rows(`SELECT current_setting('temp_directory') AS folder`);
  const folder = await mkdtemp(join(String(setting?.folder), 'columns-'));
  const { rows, slices } = await splitColumns(headed, folder);
  const packed: ColumnSlice[] = [];
  for (const slice of slices) packed.push(await pack(database, slice));
  const home = new Map(packed.flatMap((slice) => slice.columns.map((column) => [column, slice.path] as const)));
  return {
    rows,
    columns: [...home.keys()],
    files: packed.map(({ path }) => path),
    from: (columns) => {
      const homes = [...new Set(columns.map((column) => home.get(column)))].filter((path) => path !== undefined);
      return homes.map((path) => `read_parquet(${text(path)})`).join(' POSITIONAL JOIN ');
    },
  };
}

/** Parquet is read column by column. */
async function pack(database: Database, { path, columns }: ColumnSlice): Promise<ColumnSlice> {
  const parquet = path.replace(/\.csv$/, '.parquet');
  const source = await scanFiles(database, 'csv', [path]);
  await readingSource(database, 'csv', [path], () =>
    database.run(`COPY ${source} TO ${text(parquet)} (FORMAT parquet, ROW_GROUP_SIZE 20480)`),
  );
  await rm(path);
  return { path: parquet, columns };
}
