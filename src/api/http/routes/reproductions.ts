import type { FastifyInstance } from 'fastify';
import { versionParams } from '../../requests.ts';
import { readReproduction, startReproduction } from '../../temporal/reproductions.ts';
import type { ReproductionDetail, ReproductionStarted } from '../../wire.ts';
import { needs } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { parse } from '../failures.ts';

/** Train a version again from its record, and see whether it came out the same. */
export function reproductionRoutes(app: FastifyInstance, { registry, temporal }: ApiContext): void {
  app.post(
    '/v1/models/:model/versions/:version/reproduction',
    needs.operating,
    async (request, reply): Promise<ReproductionStarted> => {
      const { model, version } = parse(versionParams, request.params, 'path');
      await registry.version(model, version);
      const workflowId = await startReproduction(temporal, { model, version, by: request.caller.name });
      reply.code(202);
      return { model, version, workflowId };
    },
  );
  app.get(
    '/v1/models/:model/versions/:version/reproduction',
    needs.reading,
    async ({ params }): Promise<ReproductionDetail> => {
      const { model, version } = parse(versionParams, params, 'path');
      return await readReproduction(temporal, { model, version });
    },
  );
}
