import type { FastifyInstance } from 'fastify';
import { consumerBody, consumerParams, modelParams } from '../../requests.ts';
import type { ConsumerCreated, ConsumerDetail, ConsumerRevoked } from '../../wire.ts';
import { needs } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { parse } from '../failures.ts';
import { hashToken, newToken } from '../token.ts';

/** Who calls a model. Keys are made here and shown once; the gateways know their hashes within five seconds. */
export function consumerRoutes(app: FastifyInstance, { registry }: ApiContext): void {
  const all = async (): Promise<readonly ConsumerDetail[]> =>
    (await registry.consumers()).map(({ sha256, ...one }) => ({ ...one, hasKey: sha256 !== null }));
  app.get('/v1/consumers', needs.reading, all);
  app.get('/v1/models/:model/consumers', needs.reading, async ({ params }): Promise<readonly ConsumerDetail[]> => {
    const { model } = parse(modelParams, params, 'path');
    await registry.model(model);
    return (await all()).filter((one) => one.model === model);
  });
  app.post(
    '/v1/models/:model/consumers/:consumer',
    needs.administering,
    async (request, reply): Promise<ConsumerCreated> => {
      const { model, consumer } = parse(consumerParams, request.params, 'path');
      const { requestsPerMinute } = parse(consumerBody, request.body ?? {}, 'body');
      const key = newToken();
      await registry.declareConsumer({ model, consumer, requestsPerMinute, sha256: hashToken(key) });
      reply.code(201);
      return { model, consumer, requestsPerMinute, key };
    },
  );
  app.post(
    '/v1/models/:model/consumers/:consumer/revoke',
    needs.administering,
    async ({ params }): Promise<ConsumerRevoked> => {
      const { model, consumer } = parse(consumerParams, params, 'path');
      return { model, consumer, revoked: await registry.revokeConsumer(model, consumer) };
    },
  );
}
