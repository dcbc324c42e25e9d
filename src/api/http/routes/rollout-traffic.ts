import type { FastifyInstance } from 'fastify';
import { compareHoldback } from '../../../rollout/holdback.ts';
import { positiveAnswer } from '../../../rollout/traffic.ts';
import { holdbackQuery, modelParams, trafficQuery } from '../../requests.ts';
import type { HoldbackDetail, SeenTraffic } from '../../wire.ts';
import { needs } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { parse } from '../failures.ts';

/** What a rollout would have to work with. */
export function rolloutTrafficRoutes(app: FastifyInstance, { registry, observer }: ApiContext): void {
  app.get('/v1/models/:model/traffic', needs.reading, async ({ params, query }): Promise<SeenTraffic> => {
    const { model } = parse(modelParams, params, 'path');
    const { hours } = parse(trafficQuery, query, 'query');
    const { stable } = await registry.route(model);
    const positive = stable === null ? null : positiveAnswer((await registry.version(model, stable)).signature);
    return { model, observed: (await observer?.observe({ model, hours, positive })) ?? null };
  });
  app.get('/v1/models/:model/holdback', needs.reading, async ({ params, query }): Promise<HoldbackDetail> => {
    const { model } = parse(modelParams, params, 'path');
    const { days } = parse(holdbackQuery, query, 'query');
    const { task } = (await registry.model(model)).plan.file;
    const counts = await observer?.heldBack({ model, days, task });
    return { model, days, report: counts ? compareHoldback(counts) : null };
  });
}
