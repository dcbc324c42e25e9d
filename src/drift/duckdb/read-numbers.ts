import type { DuckDBConnection, DuckDBVector } from '@duckdb/node-api';
import type { Database } from '../../dataset/duckdb/database.ts';
import type { RowCounts } from '../column-measure.ts';
import type { Sample } from '../ledger.ts';
import { type ColumnSql, fromOf } from './column-values.ts';
import type { OpenTable } from './open-table.ts';

/** The values of one column of one side. `missing` is null where every row without a value is missing. */
export interface NumberColumn {
  readonly sample: Sample;
  /** A few thousand of the values. */
  readonly hint: () => Promise<Float64Array>;
  readonly missing: number | null;
}

/** How many rows a whole column may have to be held in memory; longer ones are streamed, twice. */
const heldRows = 16_000_000;

/** Reads columns as numbers; NaN stands where there is none. Several at once, as each query costs the same whatever it reads. */
export async function readNumbers(
  database: Database,
  table: OpenTable,
  columns: readonly ColumnSql[],
  memory: ValueMemory,
): Promise<NumberColumn[]> {
  const missing = await missingOf(database, table, columns);
  const large = table.rows > heldRows;
  const samples = large
    ? columns.map((column) => streamed(database, table, column))
    : await held(database, table, columns, memory);
  return samples.map((sample, at) => ({
    sample,
    missing: missing[at] ?? null,
    hint: () => (large ? someOf(streamed(database, table, columns[at] as ColumnSql, sampled)) : someOf(sample)),
  }));
}

/** Reads a hundredth of the table's vectors: enough to see how the values lie. */
const sampled = 'USING SAMPLE 1 PERCENT (system)';
const hinted = 4096;

/** Finite values of a sample, evenly from all of it. */
export async function someOf(sample: Sample): Promise<Float64Array> {
  const found: number[] = [];
  const step = Math.max(1, Math.floor(sample.size / hinted));
  let next = 0;
  await sample.scan((values) => {
    for (; next < values.length; next += step) {
      const value = values[next] as number;
      if (Number.isFinite(value)) found.push(value);
    }
    next -= values.length;
  });
  return Float64Array.from(found);
}

/** Rows that are neither present nor missing are unreadable. */
export function rowCounts(rows: number, present: number, missing: number | null): RowCounts {
  const without = rows - present;
  return missing === null
    ? { present, missing: without, unreadable: 0 }
    : { present, missing, unreadable: without - missing };
}

export async function missingOf(
  database: Database,
  table: OpenTable,
  columns: readonly ColumnSql[],
): Promise<(number | null)[]> {
  const counted = columns.flatMap(({ missing }, at) => (missing === null ? [] : [{ missing, at }]));
  if (counted.length === 0) return [];
  const list = counted.map(({ missing, at }) => `CAST(count(*) FILTER (WHERE ${missing}) AS DOUBLE) AS m${at}`);
  const [row] = await table.reading(() => database.rows(`SELECT ${list.join(', ')} FROM ${fromOf(table, columns)}`));
  return columns.map(({ missing }, at) => (missing === null ? null : Number(row?.[`m${at}`])));
}

/** Streams the columns side by side into memory that is used again for the next ones. */
async function held(
  database: Database,
  table: OpenTable,
  columns: readonly ColumnSql[],
  memory: ValueMemory,
): Promise<Sample[]> {
  const values = columns.map((_, at) => memory.take(at, table.rows));
  const half = table.rows < worthTwo ? columns.length : Math.ceil(columns.length / 2);
  const [filled, filledBeside] = await table.reading(async () => {
    if (half === columns.length) return [await fill(database.connection, table, columns, values), 0] as const;
    const beside = await database.beside();
    const first = fill(database.connection, table, columns.slice(0, half), values);
    const second = fill(beside, table, columns.slice(half), values.slice(half));
    // Whoever looks for what failed finds both connections idle.
    await Promise.allSettled([first, second]);
    return [await first, await second] as const;
  });
  // Files may change between two queries; what was not filled belongs to other columns.
  return values.map((all, at) => sampleOf(all.subarray(0, at < half ? filled : filledBeside)));
}

function sampleOf(values: Float64Array): Sample {
  return {
    size: values.length,
    scan: async (visit) => {
      for (let at = 0; at < values.length; at += pieceRows) visit(values.subarray(at, at + pieceRows));
    },
  };
}

/** From here on two queries of half the columns each are quicker than one: a fetched piece is mostly waited for. */
const worthTwo = 200_000;

/** @returns how many rows there were */
async function fill(
  connection: DuckDBConnection,
  table: OpenTable,
  columns: readonly ColumnSql[],
  values: readonly Float64Array[],
): Promise<number> {
  const list = columns.map(({ value }) => orNaN(value)).join(', ');
  const result = await connection.stream(`SELECT ${list} FROM ${fromOf(table, columns)}`);
  let filled = 0;
  for await (const chunk of result) {
    for (const at of columns.keys()) values[at]?.set(numbersOf(chunk.getColumnVector(at)), filled);
    filled += chunk.rowCount;
  }
  return filled;
}

/** What is called often is compiled once and stays so: one loop over a whole column would begin anew, interpreted, with each column. */
const pieceRows = 8_192;

/** Memory for whole columns of one side, one beside the other. What was taken before is overwritten. */
export interface ValueMemory {
  take(at: number, length: number): Float64Array;
}

export function valueMemory(): ValueMemory {
  const pieces: Float64Array[] = [];
  return {
    take(at, length) {
      const piece = pieces[at];
      if (piece !== undefined && piece.length >= length) return piece;
      pieces[at] = new Float64Array(length);
      return pieces[at];
    },
  };
}

function streamed(database: Database, table: OpenTable, column: ColumnSql, clause = ''): Sample {
  const sql = `SELECT ${orNaN(column.value)} FROM ${fromOf(table, [column])} ${clause}`;
  return {
    size: clause === '' ? table.rows : table.rows / 100,
    scan: (visit) =>
      table.reading(async () => {
        const result = await database.connection.stream(sql);
        for await (const chunk of result) visit(numbersOf(chunk.getColumnVector(0)));
      }),
  };
}

function orNaN(value: string): string {
  return `coalesce(${value}, 'nan'::DOUBLE)`;
}

/** The memory behind a vector of DOUBLE, which the driver's types keep private: reading it item by item takes 20 times as long. */
export function numbersOf(vector: DuckDBVector | unknown): Float64Array {
  const items: unknown = typeof vector === 'object' && vector !== null ? Reflect.get(vector, 'items') : undefined;
  if (items instanceof Float64Array) return items;
  throw new TypeError('this version of @duckdb/node-api keeps a DOUBLE vector in another form than Float64Array');
}
