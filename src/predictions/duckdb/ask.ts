import { type DuckDBConnection, StatementType } from '@duckdb/node-api';
import { type Database, type DatabaseOptions, withDatabase } from '../../dataset/duckdb/database.ts';
import { labelLineColumns, logLines, requestLineColumns } from '../../dataset/duckdb/log-lines.ts';
import { ident, text, textList } from '../../dataset/duckdb/sql.ts';
import { isPerennialError, PerennialError } from '../../errors/error.ts';
import type { LoggedFiles, PredictionFile, PredictionQueries, QueryResult, QueryValue } from '../predictions.ts';

/** Asks in an in-memory DuckDB that, once its tables are there, reaches nothing but the named files and cannot be told otherwise. */
export function duckdbPredictionQueries(options: DatabaseOptions): PredictionQueries {
  return {
    async ask({ sql, files, log, tables, rowsAtMost, timeoutMs }) {
      return await withDatabase(options, async (db) => {
        await definePredictions(db, files);
        if (log !== undefined) await within(db.connection, timeoutMs, () => defineLog(db, log));
        for (const [name, rows] of Object.entries(tables)) await defineTable(db, name, rows);
        await lock(db, files);
        return await within(db.connection, timeoutMs, () => answer(db.connection, sql, rowsAtMost));
      });
    },
  };
}

async function definePredictions(db: Database, files: readonly PredictionFile[]): Promise<void> {
  const empty = 'SELECT NULL::VARCHAR AS model, NULL::VARCHAR AS run, NULL::INTEGER AS version, NULL::VARCHAR AS part';
  // The folders above a file are named after what it is: told here, they must not be found there again.
  const each = files.map(
    ({ path, model, run, version, part }) =>
      `SELECT ${text(model)} AS model, ${text(run)} AS run, ${version} AS version, ${text(part)} AS part, * FROM read_parquet(${text(path)}, hive_partitioning = false)`,
  );
  // One statement of thousands of parts would be slow to plan; so many files are questions to a warehouse.
  const all = each.length === 0 ? `${empty} WHERE false` : each.join('\nUNION ALL BY NAME\n');
  await db.run(`CREATE VIEW predictions AS ${all}`);
}

/**
 * Without the features: what may be asked of answers is not what may be asked of those who are answered. Tables, as a view would need its
 * files to be allowed, which have the features.
 */
async function defineLog(db: Database, { requests, labels }: LoggedFiles): Promise<void> {
  await db.run(
    `CREATE TABLE requests AS SELECT model, version, CAST("at" AS TIMESTAMP) AS "at", id, role, rollout, share, ok, error, latencyMs AS latency_ms,
            score, prediction, consumer, coalesce(holdback, false) AS holdback FROM ${linesOf(requests, requestColumns)}`,
  );
  await db.run(
    `CREATE TABLE labels AS SELECT model, CAST(max("at") AS TIMESTAMP) AS "at", id, arg_max(label, "at") AS label
     FROM ${linesOf(labels, labelLineColumns)} GROUP BY model, id`,
  );
}

const { features: _features, ...requestColumns } = requestLineColumns;

function linesOf(paths: readonly string[], columns: Readonly<Record<string, string>>): string {
  if (paths.length > 0) return logLines(paths, columns);
  const nothing = Object.entries(columns).map(([name, type]) => `NULL::${type} AS ${ident(name)}`);
  return `(SELECT ${nothing.join(', ')} WHERE false)`;
}

type Rows = readonly Readonly<Record<string, QueryValue>>[];

async function defineTable(db: Database, name: string, rows: Rows): Promise<void> {
  const columns = Object.keys(rows[0] ?? { empty: null });
  const typed = columns.map((column) => `${ident(column)} ${typeOf(rows, column)}`);
  await db.run(`CREATE TABLE ${ident(name)} (${typed.join(', ')})`);
  for (let from = 0; from < rows.length; from += 500) {
    const values = rows
      .slice(from, from + 500)
      .map((row) => `(${columns.map((column) => literal(row[column])).join(', ')})`);
    await db.run(`INSERT INTO ${ident(name)} VALUES ${values.join(', ')}`);
  }
}

function typeOf(rows: Rows, column: string): string {
  const value = rows.find((row) => (row[column] ?? null) !== null)?.[column];
  if (typeof value === 'number') return 'DOUBLE';
  return typeof value === 'boolean' ? 'BOOLEAN' : 'VARCHAR';
}

function literal(value: QueryValue | undefined): string {
  if (value === null || value === undefined) return 'NULL';
  return typeof value === 'string' ? text(value) : String(value);
}

async function lock(db: Database, files: readonly PredictionFile[]): Promise<void> {
  await db.run(`SET allowed_paths = ${textList(files.map(({ path }) => path))}`);
  await db.run('SET enable_external_access = false');
  await db.run('SET lock_configuration = true');
}

/** @throws PRN-QUERY-003 when it takes longer */
async function within<T>(connection: DuckDBConnection, timeoutMs: number, work: () => Promise<T>): Promise<T> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    connection.interrupt();
  }, timeoutMs);
  try {
    return await work();
  } catch (error) {
    if (late)
      throw new PerennialError('PRN-QUERY-003', { message: `The query took longer than ${timeoutMs / 1_000} s.` });
    if (isPerennialError(error)) throw error;
    throw new PerennialError('PRN-QUERY-002', { message: error instanceof Error ? error.message : String(error) });
  } finally {
    clearTimeout(timer);
  }
}

async function answer(connection: DuckDBConnection, sql: string, rowsAtMost: number): Promise<QueryResult> {
  const statements = await connection.extractStatements(sql);
  const prepared = statements.count === 1 ? await statements.prepare(0) : null;
  // An allowed file can be read and could be written: only a question is carried out.
  if (prepared?.statementType !== StatementType.SELECT)
    throw new PerennialError('PRN-QUERY-001', {
      message: `${statements.count} statements were given, or one that is not a SELECT.`,
    });
  const reader = await prepared.streamAndReadUntil(rowsAtMost + 1);
  const types = reader.columnTypes();
  const rows: readonly (readonly unknown[])[] = reader.getRowsJS();
  return {
    columns: reader.columnNames().map((name, at) => ({ name, type: String(types[at]) })),
    rows: rows.slice(0, rowsAtMost).map((row) => row.map(plain)),
    truncated: rows.length > rowsAtMost,
  };
}

/** A cell is one value: whole numbers as numbers where these can hold them, times as ISO text, lists and structs as JSON text. */
function plain(value: unknown): QueryValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object')
    return JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? String(each) : each));
  return value as QueryValue;
}
