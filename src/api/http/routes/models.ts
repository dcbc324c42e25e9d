import type { FastifyInstance } from 'fastify';
import { forceMarks } from '../../../decision/overruled.ts';
import { historyQuery, modelParams, versionParams } from '../../requests.ts';
import type { History, ModelDetail, ModelSummary, VersionDetail } from '../../wire.ts';
import { needs } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { readEvaluation } from '../evidence.ts';
import { parse } from '../failures.ts';
import { readProgress } from '../progress.ts';
import { describeModel, summarise } from '../summary.ts';

/** Reads of models, versions and history. */
export function modelRoutes(app: FastifyInstance, context: ApiContext): void {
  const { registry } = context;
  app.get('/v1/models', needs.reading, async (): Promise<ModelSummary[]> => {
    const [models, routes] = await Promise.all([registry.models(), registry.routes()]);
    const byModel = new Map(routes.map((route) => [route.model, route]));
    return await Promise.all(
      models.map(async (record) =>
        summarise(context, record, byModel.get(record.model) ?? (await registry.route(record.model))),
      ),
    );
  });
  app.get('/v1/models/:model', needs.reading, async ({ params }): Promise<ModelDetail> => {
    return await describeModel(context, parse(modelParams, params, 'path').model);
  });
  app.get('/v1/models/:model/versions', needs.reading, async ({ params }) => {
    const { model } = parse(modelParams, params, 'path');
    await registry.model(model);
    return await registry.versions(model);
  });
  app.get('/v1/models/:model/versions/:version', needs.reading, async ({ params }) => {
    const { model, version } = parse(versionParams, params, 'path');
    return await describeVersion(context, model, version);
  });
  app.get('/v1/models/:model/history', needs.reading, async ({ params, query }): Promise<History> => {
    const { model } = parse(modelParams, params, 'path');
    const { at, ...page } = parse(historyQuery, query, 'query');
    await registry.model(model);
    const [events, live] = await Promise.all([
      registry.events(model, { ...page, ...(at !== undefined && { until: at }) }),
      at === undefined ? null : registry.liveAt(model, at),
    ]);
    return { model, events, live: live && at !== undefined ? { at, ...live } : null };
  });
}

async function describeVersion(context: ApiContext, model: string, version: number): Promise<VersionDetail> {
  const { registry } = context;
  const record = await registry.version(model, version);
  const run = await registry.run(record.run);
  const [decisions, events, { progress }] = await Promise.all([
    registry.decisions(model, record.run),
    registry.events(model, { version, limit: 500 }),
    readProgress(context, run),
  ]);
  const own = decisions.filter((each) => each.version === null || each.version === version);
  return {
    version: record,
    forced: forceMarks({ decisions: own }),
    decisions: own,
    evaluation: await readEvaluation(context.store, progress),
    events,
  };
}
