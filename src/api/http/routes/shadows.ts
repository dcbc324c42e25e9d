import type { FastifyInstance, FastifyRequest } from 'fastify';
import { PerennialError } from '../../../errors/error.ts';
import type { Route } from '../../../registry/registry.ts';
import { modelParams, shadowBody, versionParams } from '../../requests.ts';
import type { StandingShadow } from '../../wire.ts';
import { actorOf, needs } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { parse } from '../failures.ts';

/** Versions that see copies of a model's requests, whatever rollouts do. */
export function shadowRoutes(app: FastifyInstance, { registry }: ApiContext): void {
  app.get('/v1/models/:model/shadows', needs.reading, async ({ params }): Promise<readonly StandingShadow[]> => {
    const { model } = parse(modelParams, params, 'path');
    const { shadows = [] } = await registry.route(model);
    const events = await Promise.all(shadows.map((version) => registry.events(model, { version })));
    return shadows.map((version, at) => {
      const added = events[at]?.find(({ kind }) => kind === 'route.shadow-added');
      return { model, version, since: added?.at ?? null, by: added?.actor ?? null, reason: added?.reason ?? null };
    });
  });
  const move =
    (how: 'add' | 'remove') =>
    async (request: FastifyRequest): Promise<Route> => {
      const { model, version } = parse(versionParams, request.params, 'path');
      const given = parse(shadowBody, request.body, 'body');
      const moved = await registry.setShadow({ model, version, how, by: actorOf(request), ...given });
      if (moved.ok) return moved.value;
      throw new PerennialError('PRN-API-013', { message: moved.why, details: { route: moved.current } });
    };
  app.post('/v1/models/:model/shadows/:version', needs.operating, move('add'));
  app.post('/v1/models/:model/shadows/:version/remove', needs.operating, move('remove'));
}
