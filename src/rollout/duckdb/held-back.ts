import type { DuckDBConnection } from '@duckdb/node-api';
import { labelColumns, logLines } from '../../dataset/duckdb/log-lines.ts';
import type { HoldbackCounts } from '../holdback.ts';
import type { Row } from './tallies.ts';

/** Labels of what the champion has answered, by whether the caller was told to act on it. */
export async function countHeldBack(
  connection: DuckDBConnection,
  asked: {
    readonly requests: readonly string[];
    readonly labels: readonly string[];
    readonly numbers: boolean;
    /** Later labels are as if there were none; absent: all count. */
    readonly labelledBefore?: string;
  },
): Promise<HoldbackCounts> {
  const before = asked.labelledBefore === undefined ? '' : `WHERE "at" < '${asked.labelledBefore}'`;
  const joined = `
    WITH answer AS (
      SELECT DISTINCT ON (id) id, coalesce(holdback, false) AS held
      FROM ${logLines(asked.requests, { id: 'VARCHAR', role: 'VARCHAR', ok: 'BOOLEAN', holdback: 'BOOLEAN' })}
      WHERE role IN ('stable', 'canary') AND ok),
    label AS (
      SELECT id, arg_max(label, "at") AS label
      FROM ${logLines(asked.labels, labelColumns)} ${before} GROUP BY id)`;
  if (asked.numbers) {
    const rows = await read(
      connection,
      `${joined} SELECT held, count(*) AS n, avg(label::DOUBLE) AS mean, var_samp(label::DOUBLE) AS variance FROM answer JOIN label USING (id) GROUP BY held`,
    );
    const sample = (held: boolean) => {
      const found = rows.find((row) => row.held === held) ?? {};
      return { n: number(found, 'n'), mean: number(found, 'mean'), variance: number(found, 'variance') };
    };
    return { kind: 'numbers', rest: sample(false), holdback: sample(true) };
  }
  const rows = await read(
    connection,
    `${joined} SELECT label, count(*) FILTER (NOT held) AS rest, count(*) FILTER (held) AS holdback FROM answer JOIN label USING (id) GROUP BY label ORDER BY label`,
  );
  const classes = rows.map((row) => ({
    label: String(row.label),
    rest: number(row, 'rest'),
    holdback: number(row, 'holdback'),
  }));
  return { kind: 'classes', classes };
}

async function read(connection: DuckDBConnection, sql: string): Promise<readonly Row[]> {
  return (await connection.runAndReadAll(sql)).getRowObjectsJson();
}

const number = (row: Row, column: string): number => Number(row[column] ?? 0);
