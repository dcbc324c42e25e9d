import { DOUBLE, DuckDBDataChunk, VARCHAR } from '@duckdb/node-api';
import { readTable } from '../../dataset/duckdb/column-table.ts';
import { type Database, type DatabaseOptions, withDatabase } from '../../dataset/duckdb/database.ts';
import { describeSource } from '../../dataset/duckdb/source-table.ts';
import { ident, text } from '../../dataset/duckdb/sql.ts';
import type { FeatureBatch, Signature } from '../../gateway/predictor.ts';
import type { Answered, BatchFiles } from '../prediction.ts';

/** What DuckDB takes at once. */
const chunkRows = 2_048;

/** Writes and reads in an in-memory DuckDB. */
export function duckdbBatchFiles(options: DatabaseOptions): BatchFiles {
  return {
    write: (features, batch, to) => withDatabase(options, (db) => writeBatch(db, features, batch, to)),
    read: (path, columns, rows) =>
      withDatabase(options, (db) => readAnswers(db, path, columns, rows)).catch((error: unknown): Answered => {
        const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
        return { kind: 'unusable', why: `cannot be read: ${why}` };
      }),
  };
}

async function writeBatch(db: Database, features: Signature['features'], batch: FeatureBatch, to: string) {
  const declared = features.map(({ name, type }) => `${ident(name)} ${type === 'numeric' ? 'DOUBLE' : 'VARCHAR'}`);
  await db.run(`CREATE TEMP TABLE batch (${declared.join(', ')})`);
  const appender = await db.connection.createAppender('batch');
  const types = features.map(({ type }) => (type === 'numeric' ? DOUBLE : VARCHAR));
  for (let from = 0; from < batch.rows; from += chunkRows) {
    const chunk = DuckDBDataChunk.create(types, Math.min(chunkRows, batch.rows - from));
    chunk.setColumns(features.map(({ name, type }) => valuesOf(batch.columns[name] ?? [], type, from, chunk.rowCount)));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
  await db.run(`COPY batch TO ${text(to)} (FORMAT parquet, COMPRESSION snappy)`);
}

function valuesOf(
  column: readonly (number | string | null)[],
  type: 'numeric' | 'categorical',
  from: number,
  rows: number,
): (number | string | null)[] {
  const as = type === 'numeric' ? Number : String;
  return Array.from({ length: rows }, (_, at) => {
    const value = column[from + at] ?? null;
    return value === null ? null : as(value);
  });
}

async function readAnswers(db: Database, path: string, columns: readonly string[], rows: number): Promise<Answered> {
  const [counted] = await db.rows(`SELECT CAST(count(*) AS DOUBLE) AS n FROM read_parquet(${text(path)})`);
  const found = Number(counted?.n ?? 0);
  if (found !== rows) return { kind: 'unusable', why: `has ${found} answers to ${rows} rows` };
  const types = await describeSource(db, 'parquet', [path]);
  const missing = columns.filter((name) => !types.has(name));
  if (missing.length > 0)
    return { kind: 'unusable', why: `has no column ${missing.join(', ')}; it has ${[...types.keys()].join(', ')}` };
  const list = columns.map((name, at) => `TRY_CAST(${ident(name)} AS DOUBLE) AS c${at}`);
  const table = await readTable(db, `SELECT ${list.join(', ')} FROM read_parquet(${text(path)})`);
  const values = new Float32Array(rows * columns.length).fill(Number.NaN);
  for (const at of columns.keys())
    for (const [row, value] of (table.columns[`c${at}`] ?? []).entries())
      values[row * columns.length + at] = Number(value ?? Number.NaN);
  return { kind: 'scores', scores: { rows, width: columns.length, values } };
}
