import type { ObjectStore } from '../../artifacts/object-store.ts';
import type { Window } from '../../dataset/dataset.ts';
import { type DatabaseOptions, withDatabase } from '../../dataset/duckdb/database.ts';
import { logLines } from '../../dataset/duckdb/log-lines.ts';
import { text } from '../../dataset/duckdb/sql.ts';
import { newestSegments, requestSegments } from '../../gateway/log-segments.ts';
import type { LabelIds } from '../train-serve.ts';

/** Sets the ids of the labels that came in a window against those that gateways have answered in it and before it, as long as labels take. */
export async function labelIds(
  store: Pick<ObjectStore, 'list' | 'localPath'>,
  options: DatabaseOptions,
  {
    model,
    window,
    maturesAfterMs,
  }: { readonly model: string; readonly window: Window; readonly maturesAfterMs: number },
): Promise<LabelIds | null> {
  const labels = await newestSegments(store, `labels/${model}`, window, Number.POSITIVE_INFINITY);
  if (labels.length === 0) return null;
  const since = new Date(Date.parse(window.from) - maturesAfterMs).toISOString();
  const requests = await requestSegments(store, model, { from: since, to: window.to });
  const ids = { at: 'VARCHAR', id: 'VARCHAR' };
  const answered = requests.length === 0 ? '' : `WHERE id NOT IN (SELECT id FROM ${logLines(requests, ids)})`;
  return withDatabase(options, async ({ rows }) => {
    const [row] = await rows(
      `WITH sent AS (SELECT DISTINCT id FROM ${logLines(labels, ids)} WHERE "at" >= ${text(window.from)} AND "at" < ${text(window.to)})
       SELECT (SELECT CAST(count(*) AS DOUBLE) FROM sent) AS sent, (SELECT CAST(count(*) AS DOUBLE) FROM sent ${answered}) AS strangers,
         (SELECT min(id) FROM sent ${answered}) AS example`,
    );
    const [sent, strangers] = [Number(row?.sent ?? 0), Number(row?.strangers ?? 0)];
    return sent === 0
      ? null
      : { sent, strangers, since, example: typeof row?.example === 'string' ? row.example : null };
  });
}
