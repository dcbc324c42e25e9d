import { DOUBLE, DuckDBDataChunk, type DuckDBType, type DuckDBValue, INTEGER, VARCHAR } from '@duckdb/node-api';
import { type Database, type DatabaseOptions, withDatabase } from '../../dataset/duckdb/database.ts';
import { PerennialError } from '../../errors/error.ts';
import type { CustomMetric, CustomMetrics, CustomRows, CustomValues } from '../custom-metric.ts';
import { requirePlainAggregate } from './plain-aggregate.ts';

/** Custom metrics by DuckDB, in a database of its own that reaches no file and no network. */
export function duckdbCustomMetrics(options: DatabaseOptions): CustomMetrics {
  return {
    measure: (metrics, rows) =>
      withDatabase(options, async (database) => {
        await database.run('SET enable_external_access = false');
        await database.run('SET lock_configuration = true');
        await load(database, rows);
        const values: CustomValues[] = [];
        for (const metric of metrics) {
          await requirePlainAggregate(database, metric);
          values.push(await valuesOf(database, metric, rows.blocks));
        }
        return values;
      }),
  };
}

async function valuesOf(database: Database, metric: CustomMetric, blocks: number): Promise<CustomValues> {
  const value = await askedOf(database, metric, '');
  const without = new Float64Array(blocks).fill(Number.NaN);
  if (blocks > 1)
    for (let block = 0; block < blocks; block += 1)
      without[block] = await askedOf(database, metric, ` WHERE block <> ${block}`);
  return { value, without };
}

async function askedOf(database: Database, { name, sql }: CustomMetric, where: string): Promise<number> {
  try {
    const found = await database.rows(`SELECT CAST((${sql}\n) AS DOUBLE) AS value FROM scored${where}`);
    const value = found[0]?.value;
    return typeof value === 'number' && Number.isFinite(value) ? value : Number.NaN;
  } catch (cause) {
    throw new PerennialError('PRN-EVALUATION-007', {
      message: `The metric "${name}", ${sql}, failed on the rows of the hold-out: ${firstLine(cause)}`,
      cause,
    });
  }
}

const chunkRows = 2_048;

async function load(database: Database, rows: CustomRows): Promise<void> {
  const named = typeof rows.label[0] === 'string';
  const kind = named ? 'VARCHAR' : 'DOUBLE';
  await database.run(
    `CREATE TEMP TABLE scored (label ${kind}, prediction ${kind}, score DOUBLE, weight DOUBLE, block INTEGER)`,
  );
  const answer: DuckDBType = named ? VARCHAR : DOUBLE;
  const types = [answer, answer, DOUBLE, DOUBLE, INTEGER];
  const columns = [rows.label, rows.prediction, rows.score, rows.weight, rows.block];
  const appender = await database.connection.createAppender('scored', 'main', 'temp');
  for (let from = 0; from < rows.score.length; from += chunkRows) {
    const chunk = DuckDBDataChunk.create(types);
    chunk.setColumns(columns.map((column) => Array.from(column.slice(from, from + chunkRows)) as DuckDBValue[]));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

/** DuckDB adds the query, with a caret, below its first line. */
function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n', 1)[0] ?? '';
}
