import { join } from 'node:path';
import { withDatabase } from '../../src/dataset/duckdb/database.ts';
import { text } from '../../src/dataset/duckdb/sql.ts';

export interface TwoTables {
  readonly reference: string;
  readonly current: string;
  readonly categories: readonly string[];
}

const numbers = 20;
const levels = [3, 20, 100, 1_000, 5_000];

/**
 * Two Parquet files of 20 numeric and 5 categorical columns: normal, lognormal, whole, half-zero, heavy-tailed and partly missing numbers; a
 * fifth of the columns moves a little. Values come from a hash of the row, so every run has the same.
 */
export async function makeTables(folder: string, rows: number): Promise<TwoTables> {
  const paths = {
    reference: join(folder, `reference-${rows}.parquet`),
    current: join(folder, `current-${rows}.parquet`),
  };
  await withDatabase({ tempFolder: join(folder, 'temp'), memoryLimit: '1GB' }, async ({ run }) => {
    for (const [seed, path] of [paths.reference, paths.current].entries()) {
      const columns = [
        ...Array.from({ length: numbers }, (_, at) => `CAST(${numberSql(at, seed)} AS DOUBLE) AS n${at}`),
        ...levels.map((count, at) => `'level ' || floor(pow(${uniform(100 + at, seed)}, 2) * ${count})::INT AS c${at}`),
      ];
      await run(
        `COPY (SELECT ${columns.join(', ')} FROM range(${rows}) t(r)) TO ${text(path)} (FORMAT parquet, COMPRESSION zstd)`,
      );
    }
  });
  return { ...paths, categories: levels.map((_, at) => `c${at}`) };
}

function numberSql(column: number, seed: number): string {
  const moved = seed === 1 && column % 5 === 0 ? ' + 0.02' : '';
  const value = `(${normal(column, seed)}${moved})`;
  if (column < 8) return value;
  if (column < 12) return `exp(${value})`;
  if (column < 14) return `round(${value} * 10)`;
  if (column < 16) return `CASE WHEN ${uniform(column + 40, seed)} < 0.5 THEN 0 ELSE ${value} END`;
  if (column < 18) return `${value} / (abs(${normal(column + 40, seed)}) + 0.01)`;
  return `CASE WHEN ${uniform(column + 40, seed)} < 0.02 THEN NULL ELSE ${value} END`;
}

/** A standard normal number of each row `r`. */
export function normal(column: number, seed: number): string {
  return `sqrt(-2 * ln(${uniform(column, seed)} + 1e-17)) * cos(6.283185307179586 * ${uniform(column + 200, seed)})`;
}

/** From 0 to 1, by row, column and seed alone. */
export function uniform(column: number, seed: number): string {
  return `((hash(r * 512 + ${column} + ${seed} * 1000000007000) >> 11) / 9007199254740992.0)`;
}
