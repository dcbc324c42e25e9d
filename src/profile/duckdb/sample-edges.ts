import type { Database } from '../../dataset/duckdb/database.ts';
import { text } from '../../dataset/duckdb/sql.ts';
import { binEdges } from '../edges.ts';
import type { CountedColumn } from './count-numbers.ts';
import { numberOf } from './source-rows.ts';
import { inBatches, streamDoubles } from './stream.ts';

const columnsAtOnce = 64;
/** Edges need not be exact: rows are counted in them exactly. So many values put a quantile within a tenth of a bin of its place. */
const sampleRows = 100_000;

/**
 * Chooses bin edges from every k-th row of the training file, the same ones each time, and from the exact smallest and largest values.
 * @param train local Parquet file; `sql` reads the same rows
 */
export async function chooseEdges(
  database: Database,
  train: string,
  sql: string,
  columns: readonly Omit<CountedColumn, 'edges'>[],
): Promise<readonly CountedColumn[]> {
  const [row] = await database.rows(`SELECT CAST(count(*) AS DOUBLE) AS n FROM read_parquet(${text(train)})`);
  const every = Math.max(1, Math.ceil(Number(row?.n) / sampleRows));
  const chosen: CountedColumn[] = [];
  for (const batch of inBatches(columns, columnsAtOnce)) {
    const values = batch.map(({ source }) => numberOf(source).value);
    const ranges = await exactRanges(database, sql, values);
    const list = values.map((value, at) => `${value} AS v${at}`).join(', ');
    const sample = batch.map((): number[] => []);
    await streamDoubles(database, everyNth(`SELECT ${list} FROM ${sql}`, values.length, every), (chunk, rows) => {
      for (const [at, kept] of sample.entries())
        for (let row = 0; row < rows; row += 1) {
          const value = chunk[at]?.[row] as number;
          if (Number.isFinite(value)) kept.push(value);
        }
    });
    for (const [at, column] of batch.entries())
      chosen.push({ ...column, edges: binEdges(Float64Array.from(sample[at] ?? []), ranges[at] ?? null) });
  }
  return chosen;
}

function everyNth(select: string, columns: number, every: number): string {
  const list = Array.from({ length: columns }, (_, at) => `v${at}`).join(', ');
  if (every === 1) return select;
  return `SELECT ${list} FROM (SELECT *, row_number() OVER () AS place FROM (${select})) WHERE place % ${every} = 0`;
}

async function exactRanges(
  database: Database,
  sql: string,
  values: readonly string[],
): Promise<readonly (readonly [number, number] | null)[]> {
  const list = values.flatMap((value, at) => {
    const finite = `CASE WHEN isfinite(${value}) THEN ${value} END`;
    return [`min(${finite}) AS low${at}`, `max(${finite}) AS high${at}`];
  });
  const [row] = await database.rows(`SELECT ${list.join(', ')} FROM ${sql}`);
  return values.map((_, at) => {
    const [low, high] = [row?.[`low${at}`], row?.[`high${at}`]];
    return typeof low === 'number' && typeof high === 'number' ? [low, high] : null;
  });
}
