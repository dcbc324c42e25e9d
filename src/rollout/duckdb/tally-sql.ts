/** The request log joined with the latest label of each id; latencies below a microsecond are clock noise and count as one. */
export function viewsSql({
  requests,
  labels,
  rollout,
  positive,
}: {
  readonly requests: readonly string[];
  readonly labels: readonly string[];
  readonly rollout: string;
  readonly positive: boolean;
}): string {
  const labelRows = labels.length
    ? `SELECT id, arg_max(label, "at") AS label FROM read_json(${list(labels)}, format = 'newline_delimited', columns = {'at': 'VARCHAR', 'id': 'VARCHAR', 'label': 'VARCHAR'}) GROUP BY id`
    : `SELECT NULL::VARCHAR AS id, NULL::VARCHAR AS label WHERE false`;
  return `
    CREATE TEMP TABLE answer AS
      SELECT r.*, l.label, l.label IS NOT NULL AND r.ok AS labelled, r.prediction IS DISTINCT FROM l.label AS wrong,
             ${positive ? 'coalesce(r.score > 0.5, false)' : 'false'} AS positive, ln(greatest(r.latencyMs, 0.001)) AS log_latency
      FROM read_json(${list(requests)}, format = 'newline_delimited', columns = {
             'at': 'VARCHAR', 'id': 'VARCHAR', 'role': 'VARCHAR', 'rollout': 'VARCHAR', 'share': 'DOUBLE', 'ok': 'BOOLEAN',
             'latencyMs': 'DOUBLE', 'score': 'DOUBLE', 'prediction': 'VARCHAR'}) r
      LEFT JOIN (${labelRows}) l USING (id)
      WHERE r.rollout = ${quote(rollout)};`;
}

/** One row per canary share and arm; only shares at which both arms could be drawn. */
export const strataSql = `
  WITH p95 AS (SELECT quantile_cont(latencyMs, 0.95) AS slow_ms FROM answer WHERE role = 'stable' AND ok AND share > 0)
  SELECT share, role, count(*) AS requests, count(*) FILTER (NOT ok) AS errors,
         count(*) FILTER (ok AND latencyMs > slow_ms) AS slow,
         count(*) FILTER (labelled) AS labelled, count(*) FILTER (labelled AND wrong) AS wrong,
         count(*) FILTER (ok AND positive) AS predicted_positive,
         count(*) FILTER (ok) AS latency_n, avg(log_latency) FILTER (ok) AS latency_mean, var_samp(log_latency) FILTER (ok) AS latency_variance
  FROM answer, p95 WHERE role IN ('stable', 'canary') AND share > 0 AND share < 1 GROUP BY share, role ORDER BY share, role`;

/** Mirrored requests, paired by id. */
export const shadowSql = `
  WITH pair AS (
    SELECT s.ok AS s_ok, m.ok AS m_ok, s.labelled AND m.labelled AS labelled, s.wrong AS s_wrong, m.wrong AS m_wrong, m.log_latency - s.log_latency AS ratio
    FROM answer s JOIN answer m USING (id) WHERE s.role = 'stable' AND m.role = 'shadow')
  SELECT count(*) AS pairs, count(*) FILTER (NOT s_ok) AS stable_errors, count(*) FILTER (NOT m_ok) AS shadow_errors,
         count(*) FILTER (labelled) AS labelled,
         count(*) FILTER (labelled AND s_wrong AND NOT m_wrong) AS only_stable_wrong,
         count(*) FILTER (labelled AND m_wrong AND NOT s_wrong) AS only_shadow_wrong,
         count(*) FILTER (labelled AND s_wrong AND m_wrong) AS both_wrong,
         count(*) FILTER (s_ok AND m_ok) AS ratio_n, avg(ratio) FILTER (s_ok AND m_ok) AS ratio_mean, var_samp(ratio) FILTER (s_ok AND m_ok) AS ratio_variance
  FROM pair`;

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const list = (paths: readonly string[]): string => `[${paths.map(quote).join(', ')}]`;
