import type { FastifyInstance } from 'fastify';
import { modelParams, trafficQuery } from '../../requests.ts';
import type { SeenTraffic } from '../../wire.ts';
import { needs } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { parse } from '../failures.ts';

/** What a rollout would have to work with. */
export function rolloutTrafficRoutes(app: FastifyInstance, { registry, observer }: ApiContext): void {
  app.get('/v1/models/:model/traffic', needs.reading, async ({ params, query }): Promise<SeenTraffic> => {
    const { model } = parse(modelParams, params, 'path');
    const { hours } = parse(trafficQuery, query, 'query');
    const { task } = (await registry.model(model)).plan.file;
    return { model, observed: (await observer?.observe({ model, hours, task })) ?? null };
  });
}
