import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { ObjectStore } from '../../artifacts/object-store.ts';
import { labelColumns, logLines } from '../../dataset/duckdb/log-lines.ts';
import { text as quote } from '../../dataset/duckdb/sql.ts';
import { newestSegments, requestSegments } from '../../gateway/log-segments.ts';
import type { Observed, TrafficObserver } from '../observed.ts';
import { countHeldBack } from './held-back.ts';
import type { Row } from './tallies.ts';

const dayMs = 86_400_000;
/** The newest segments of a day say what its traffic is like; a busy gateway closes one a second. */
const segmentsAtMost = 4_000;

/** Reads what the champion has answered lately, from the gateways' log. */
export function duckdbObserver({
  store,
  now,
}: {
  readonly store: ObjectStore;
  readonly now: () => Date;
}): TrafficObserver {
  const log = async (model: string, ms: number) => {
    const to = now();
    const from = new Date(to.getTime() - ms).toISOString();
    const window = { from, to: to.toISOString() };
    const [requests, labels] = await Promise.all([
      newestSegments(store, `requests/${model}`, window, segmentsAtMost),
      newestSegments(store, `labels/${model}`, window, segmentsAtMost),
    ]);
    return { requests, labels, from };
  };
  return {
    async observe({ model, hours, positive }) {
      const found = await log(model, hours * 3_600_000);
      if (found.requests.length === 0) return null;
      const [row] = await inMemory(async (connection) =>
        (await connection.runAndReadAll(observedSql({ ...found, positive }))).getRowObjectsJson(),
      );
      return row === undefined ? null : toObserved(row);
    },
    async heldBack({ model, days, task }) {
      const { requests, labels } = await log(model, days * dayMs);
      if (requests.length === 0 || labels.length === 0) return { kind: 'classes', classes: [] };
      return await inMemory((connection) =>
        countHeldBack(connection, { requests, labels, numbers: task === 'regression' }),
      );
    },
    async heldBackOn({ model, day, labelledBefore, task }) {
      const window = { from: day, to: new Date(Date.parse(day) + 1).toISOString() };
      const requests = await requestSegments(store, model, window);
      const labels = await (requests.length === 0
        ? []
        : newestSegments(store, `labels/${model}`, { from: day, to: labelledBefore }, Number.POSITIVE_INFINITY));
      if (labels.length === 0) return { kind: 'classes', classes: [] };
      return await inMemory((connection) =>
        countHeldBack(connection, { requests, labels, numbers: task === 'regression', labelledBefore }),
      );
    },
  };
}

async function inMemory<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    return await use(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

interface Asked {
  readonly requests: readonly string[];
  readonly labels: readonly string[];
  readonly from: string;
  readonly positive: string | null;
}

function observedSql({ requests, labels, from, positive }: Asked): string {
  const labelRows = labels.length
    ? `SELECT id, max("at") AS given, arg_max(label, "at") AS label
       FROM ${logLines(labels, labelColumns)} GROUP BY id`
    : 'SELECT NULL::VARCHAR AS id, NULL::VARCHAR AS given, NULL::VARCHAR AS label WHERE false';
  const yes = positive === null ? 'false' : `coalesce(r.prediction = ${quote(positive)}, false)`;
  return `
    WITH answer AS (
      SELECT r.*, l.label IS NOT NULL AND r.ok AS labelled, r.prediction IS DISTINCT FROM l.label AS wrong, ${yes} AS positive, ln(1 + greatest(latencyMs, 0.001)) AS log_latency,
             abs(r.score - try_cast(l.label AS DOUBLE)) AS error, epoch_ms(l.given::TIMESTAMP) - epoch_ms(r."at"::TIMESTAMP) AS delay
      FROM ${logLines(requests, answerColumns)} r
      LEFT JOIN (${labelRows}) l USING (id)
      WHERE r.role IN ('stable', 'canary') AND r."at" >= ${quote(from)})
    SELECT count(*) AS requests, (epoch_ms(max("at")::TIMESTAMP) - epoch_ms(min("at")::TIMESTAMP)) / 3600000 AS hours,
           avg((NOT ok)::INT) AS errors, avg(positive::INT) FILTER (ok) AS positives, avg(labelled::INT) FILTER (ok) AS labelled,
           avg(wrong::INT) FILTER (labelled) AS wrong, avg((positive AND wrong)::INT) FILTER (labelled) AS false_positives,
           avg((NOT positive AND wrong)::INT) FILTER (labelled) AS false_negatives, median(delay) FILTER (labelled) AS delay,
           avg(log_latency) FILTER (ok) AS latency, stddev_samp(log_latency) FILTER (ok) AS latency_sd,
           avg(score) FILTER (ok) AS score, stddev_samp(score) FILTER (ok) AS score_sd, avg(error) AS error, stddev_samp(error) AS error_sd
    FROM answer WHERE role = 'stable'`;
}

const answerColumns = {
  ...{ at: 'VARCHAR', id: 'VARCHAR', role: 'VARCHAR', ok: 'BOOLEAN', latencyMs: 'DOUBLE', score: 'DOUBLE' },
  prediction: 'VARCHAR',
};

function toObserved(row: Row): Observed | null {
  const read = (column: string, otherwise = 0): number => Number(row[column] ?? otherwise);
  const requests = read('requests');
  if (requests < 2) return null;
  const hours = Math.max(read('hours'), 1 / 3600);
  return {
    requests,
    hours,
    requestsPerHour: requests / hours,
    labelled: read('labelled'),
    labelAfterMs: Math.max(0, read('delay')),
    behaviour: {
      ...{ error: read('errors'), slow: 0.05, positive: read('positives'), wrong: read('wrong') },
      ...{ falsePositive: read('false_positives'), falseNegative: read('false_negatives') },
      logLatency: { mean: read('latency'), sd: read('latency_sd', 0.5) },
      score: { mean: read('score'), sd: read('score_sd', 0.1) },
      absoluteError: { mean: read('error', 1), sd: read('error_sd', 1) },
    },
  };
}
