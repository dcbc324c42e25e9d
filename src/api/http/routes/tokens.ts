import type { FastifyInstance } from 'fastify';
import { tokenBody } from '../../requests.ts';
import type { TokenCreated } from '../../wire.ts';
import { needs } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { parse } from '../failures.ts';
import { hashToken, newToken } from '../token.ts';

/** Tokens are made here and shown once. A second one of the same name replaces the first: that is how one is revoked. */
export function tokenRoutes(app: FastifyInstance, { registry }: ApiContext): void {
  app.post('/v1/tokens', needs.administering, async (request, reply): Promise<TokenCreated> => {
    const { name, roles } = parse(tokenBody, request.body, 'body');
    const token = newToken();
    await registry.saveToken({ name, roles, sha256: hashToken(token) });
    reply.code(201);
    return { name, roles, token };
  });
  app.get('/v1/whoami', needs.reading, async ({ caller: { name, roles } }) => ({ name, roles }));
}
