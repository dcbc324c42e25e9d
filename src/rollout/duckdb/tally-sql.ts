import { labelColumns, logLines } from '../../dataset/duckdb/log-lines.ts';
import { text as quote } from '../../dataset/duckdb/sql.ts';

/**
 * What is kept of a rollout between two looks. A request that was logged twice (a caller that tried again, a log that was packed) counts once.
 * Latencies below a microsecond are clock noise and count as one.
 */
export const tablesSql = `
  CREATE TABLE answer (
    id VARCHAR, role VARCHAR, version INTEGER, "at" VARCHAR, share DOUBLE, ok BOOLEAN, latency DOUBLE, score DOUBLE, prediction VARCHAR,
    PRIMARY KEY (id, role, version));
  CREATE TABLE label (id VARCHAR PRIMARY KEY, "at" VARCHAR, label VARCHAR);`;

/** New segments of the request log, each read once. */
export function takeRequestsSql(paths: readonly string[], rollout: string): string {
  return `
    INSERT OR IGNORE INTO answer
      SELECT DISTINCT ON (id, role, version) id, role, version, "at", share, ok, greatest(latencyMs, 0.001), score, prediction
      FROM ${logLines(paths, requestColumns)}
      WHERE rollout = ${quote(rollout)} AND role IN ('stable', 'canary', 'shadow')
      ORDER BY "at"`;
}

const requestColumns = {
  ...{ at: 'VARCHAR', id: 'VARCHAR', version: 'INTEGER', role: 'VARCHAR', rollout: 'VARCHAR', share: 'DOUBLE' },
  ...{ ok: 'BOOLEAN', latencyMs: 'DOUBLE', score: 'DOUBLE', prediction: 'VARCHAR' },
};

/** New segments of labels: the latest label of an id wins. */
export function takeLabelsSql(paths: readonly string[]): string {
  return `
    INSERT INTO label
      SELECT id, max("at"), arg_max(label, "at")
      FROM ${logLines(paths, labelColumns)}
      GROUP BY id
      ON CONFLICT (id) DO UPDATE SET "at" = excluded."at", label = excluded.label WHERE excluded."at" >= label."at"`;
}

/** The p95 of the predecessor's first answers, and until when they lasted: those behind it can be called slow. No row before there are enough. */
export function slowSql(version: number, enough: number): string {
  return `
    SELECT quantile_cont(latency, 0.95) AS ms, max("at") AS until, count(*) AS n
    FROM (SELECT latency, "at" FROM answer WHERE ok AND role = 'stable' AND version <> ${version} ORDER BY "at" LIMIT ${enough})
    HAVING count(*) >= ${enough}`;
}

export interface Judging {
  readonly version: number;
  /** The answer that counts as positive: each version has decided by its own threshold. */
  readonly positive: string | null;
  readonly regression: boolean;
  readonly possible: readonly [number, number] | null;
  readonly slow: { readonly ms: number; readonly until: string } | null;
}

/** Every answer with what counts of it: wrong, positive, slow, out of range. */
export function judgedSql({ positive, regression, possible, slow }: Judging): string {
  const outside = possible === null ? 'false' : `NOT (a.score BETWEEN ${possible[0]} AND ${possible[1]})`;
  return `
    CREATE OR REPLACE TEMP VIEW judged AS
      SELECT a.*, ln(1 + a.latency) AS log_latency,
             l.label IS NOT NULL AND a.ok AS labelled,
             l.label IS NOT NULL AND a.ok AND a.prediction IS DISTINCT FROM l.label AS wrong,
             ${positive === null ? 'false' : `a.ok AND coalesce(a.prediction = ${quote(positive)}, false)`} AS positive,
             a.ok AND coalesce(${outside}, false) AS outside,
             ${slow === null ? 'false' : `a.ok AND a.latency > ${slow.ms} AND a."at" > ${quote(slow.until)}`} AS slow,
             ${regression ? 'CASE WHEN a.ok THEN abs(a.score - try_cast(l.label AS DOUBLE)) END' : 'NULL::DOUBLE'} AS error
      FROM answer a LEFT JOIN label l USING (id)`;
}

/** One row per canary share and arm; only shares at which both arms could be drawn. */
export const strataSql = `
  SELECT share, role, count(*) AS requests, count(*) FILTER (NOT ok) AS errors, count(*) FILTER (slow) AS slow,
         count(*) FILTER (labelled) AS labelled, count(*) FILTER (wrong) AS wrong, count(*) FILTER (positive) AS predicted_positive,
         count(*) FILTER (labelled AND positive AND NOT wrong) AS true_positive,
         count(*) FILTER (positive AND wrong) AS false_positive, count(*) FILTER (NOT positive AND wrong) AS false_negative,
         count(*) FILTER (outside) AS out_of_range,
         ${moments('log_latency', 'ok', 'latency')}, ${moments('score', 'ok AND score IS NOT NULL', 'score')},
         ${moments('error', 'error IS NOT NULL', 'error')}
  FROM judged WHERE role IN ('stable', 'canary') AND share > 0 AND share < 1 GROUP BY share, role ORDER BY share, role`;

/** Mirrored requests, paired by id: \`o\` is the predecessor, \`n\` the new version; in the bake it is the new one that answers. */
export function pairsSql(version: number): string {
  const events = ['wrong', 'slow', 'positive', 'false_positive', 'false_negative', 'outside'];
  const fields = [
    'ok',
    'labelled',
    'log_latency',
    'score',
    'error',
    ...events.filter((name) => !name.startsWith('false')),
  ];
  const arm = (as: 'o' | 'n') => [
    ...fields.map((name) => `${as}.${name} AS ${as}_${name}`),
    `${as}.positive AND ${as}.wrong AS ${as}_false_positive`,
    `NOT ${as}.positive AND ${as}.wrong AS ${as}_false_negative`,
  ];
  const counts = events.map(
    (name) => `count(*) FILTER (o_${name} AND NOT n_${name}) AS only_stable_${name},
      count(*) FILTER (n_${name} AND NOT o_${name}) AS only_shadow_${name}, count(*) FILTER (o_${name} AND n_${name}) AS both_${name}`,
  );
  return `
    WITH pair AS (
      SELECT n.role = 'stable' AS bake, o.labelled AND n.labelled AS labelled, ${arm('o').join(', ')}, ${arm('n').join(', ')}
      FROM judged o JOIN judged n USING (id)
      WHERE o.version <> ${version} AND n.version = ${version}
        AND ((o.role = 'stable' AND n.role = 'shadow') OR (o.role = 'shadow' AND n.role = 'stable')))
    SELECT bake, count(*) AS pairs, count(*) FILTER (NOT o_ok) AS stable_errors, count(*) FILTER (NOT n_ok) AS shadow_errors,
           count(*) FILTER (labelled) AS labelled, ${counts.join(', ')},
           count(*) FILTER (labelled AND o_positive AND NOT o_wrong) AS stable_true_positive,
           count(*) FILTER (labelled AND n_positive AND NOT n_wrong) AS shadow_true_positive,
           ${moments('n_log_latency - o_log_latency', 'o_ok AND n_ok', 'ratio')},
           ${moments('n_score - o_score', 'o_ok AND n_ok AND n_score IS NOT NULL AND o_score IS NOT NULL', 'difference')},
           ${moments('o_score', 'o_ok AND o_score IS NOT NULL', 'stable_score')},
           ${moments('ln(1e-9 + n_error) - ln(1e-9 + o_error)', 'o_error IS NOT NULL AND n_error IS NOT NULL', 'error_ratio')}
    FROM pair GROUP BY bake`;
}

export const newestSql = `
  SELECT (SELECT max("at") FROM answer) AS newest, (SELECT max(l."at") FROM label l SEMI JOIN answer USING (id)) AS newest_label`;

function moments(value: string, where: string, as: string): string {
  return `count(*) FILTER (${where}) AS ${as}_n, avg(${value}) FILTER (${where}) AS ${as}_mean, var_samp(${value}) FILTER (${where}) AS ${as}_variance`;
}
