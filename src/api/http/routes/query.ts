import type { FastifyInstance } from 'fastify';
import type { ObjectStore } from '../../../artifacts/object-store.ts';
import { decidesFrom } from '../../../evaluation/threshold.ts';
import { newestSegments } from '../../../gateway/log-segments.ts';
import {
  type LoggedFiles,
  type PredictionFile,
  type PredictionQueries,
  predictionsPrefix,
  type QueryResult,
  type QueryValue,
  readPredictionsKey,
} from '../../../predictions/predictions.ts';
import type { Registry } from '../../../registry/registry.ts';
import { queryBody } from '../../requests.ts';
import { needs } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { parse } from '../failures.ts';

const [timeoutMs, runsAtMost] = [60_000, 1_000];
/** Of the request log: the last days, and of these the newest segments of each model; a busy gateway closes one a second. */
const [logDays, segmentsAtMost, dayMs] = [7, 4_000, 86_400_000];

/** Questions in SQL to what the platform knows: read only, one at a time, as each may take the memory that there is. */
export function queryRoutes(app: FastifyInstance, context: ApiContext, queries: PredictionQueries): void {
  let before: Promise<unknown> = Promise.resolve();
  app.post('/v1/query', needs.reading, async ({ body }): Promise<QueryResult> => {
    const { sql, model, limit } = parse(queryBody, body, 'body');
    const mine = before.then(() => ask(context, queries, { sql, model, rowsAtMost: limit }));
    before = mine.catch(() => undefined);
    return await mine;
  });
}

async function ask(
  { registry, store }: ApiContext,
  queries: PredictionQueries,
  {
    sql,
    model,
    rowsAtMost,
  }: { readonly sql: string; readonly model?: string | undefined; readonly rowsAtMost: number },
): Promise<QueryResult> {
  const models = model === undefined ? (await registry.models()).map((each) => each.model) : [model];
  if (model !== undefined) await registry.model(model);
  const files = await Promise.all(models.map((each) => filesOf(store, each)));
  return await queries.ask({
    sql,
    files: files.flat(),
    ...(asksLog.test(sql) && { log: await logOf(store, models) }),
    tables: await tablesOf(registry, models),
    rowsAtMost,
    timeoutMs,
  });
}

async function filesOf(store: ObjectStore, model: string): Promise<PredictionFile[]> {
  const files: PredictionFile[] = [];
  for (const key of await store.list(predictionsPrefix(model))) {
    const about = readPredictionsKey(key);
    if (about) files.push({ ...about, path: await store.localPath(key) });
  }
  return files;
}

/** Thousands of small files are looked for only where somebody asks. */
const asksLog = /\b(requests|labels)\b/i;

async function logOf(store: ObjectStore, models: readonly string[]): Promise<LoggedFiles> {
  const now = Date.now();
  const window = { from: new Date(now - logDays * dayMs).toISOString(), to: new Date(now).toISOString() };
  const newest = async (kind: 'requests' | 'labels') =>
    (
      await Promise.all(models.map((model) => newestSegments(store, `${kind}/${model}`, window, segmentsAtMost)))
    ).flat();
  return { requests: await newest('requests'), labels: await newest('labels') };
}

type Table = Readonly<Record<string, QueryValue>>[];

async function tablesOf(registry: Registry, models: readonly string[]) {
  const versions: Table = [];
  const evaluations: Table = [];
  const runs: Table = [];
  for (const model of models) {
    for (const { createdAt, threshold, metrics, ...record } of await registry.versions(model)) {
      const { version, run, candidate, state, snapshot, seed } = record;
      const made = { candidate, state, created_at: createdAt, snapshot, seed };
      versions.push({ model, version, run, ...made, yes_from: decidesFrom(threshold) ?? null });
      for (const [metric, value] of Object.entries(metrics ?? {}))
        evaluations.push({ model, version, run, metric, value });
    }
    for (const { run, trigger, asOf, startedAt, endedAt, outcome, version } of await registry.runs(model, runsAtMost))
      runs.push({
        model,
        run,
        trigger: trigger.kind,
        as_of: asOf,
        started_at: startedAt,
        ended_at: endedAt,
        outcome,
        version,
      });
  }
  return { versions, evaluations, runs };
}
