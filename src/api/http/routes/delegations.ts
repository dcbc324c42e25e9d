import type { FastifyInstance } from 'fastify';
import type { Delegation } from '../../../approval/delegation.ts';
import { PerennialError } from '../../../errors/error.ts';
import { delegationBody, delegationParams, delegationsQuery, revokeBody } from '../../requests.ts';
import { actorOf, needs } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { parse } from '../failures.ts';

/** Roles that people lend each other: everybody sees them all, and lends only what he holds. */
export function delegationRoutes(app: FastifyInstance, { registry }: ApiContext): void {
  app.get('/v1/delegations', needs.reading, async ({ query }): Promise<readonly Delegation[]> => {
    const { all } = parse(delegationsQuery, query, 'query');
    return await registry.delegations({ standing: !all });
  });
  app.post('/v1/delegations', needs.reading, async (request, reply): Promise<Delegation> => {
    const { role, to, until, reason } = parse(delegationBody, request.body, 'body');
    const { name, roles } = request.caller;
    // What was lent to the caller is not his to lend on: his token does not hold it.
    if (!roles.includes(role)) {
      const message = `${name} holds ${roles.join(', ')}; "${role}" is not ${name}'s to lend.`;
      throw new PerennialError('PRN-APPROVAL-002', { message });
    }
    reply.code(201);
    return await registry.delegate({ role, holder: name, to, until, reason, by: actorOf(request) });
  });
  app.post('/v1/delegations/:delegation/revoke', needs.reading, async (request): Promise<Delegation> => {
    const { delegation: id } = parse(delegationParams, request.params, 'path');
    const { reason } = parse(revokeBody, request.body, 'body');
    const { holder, to } = await registry.delegation(id);
    const { name, roles } = request.caller;
    if (name !== holder && name !== to && !roles.includes('admin'))
      throw new PerennialError('PRN-APPROVAL-003', { message: `${holder} has lent it to ${to}, not ${name}.` });
    return await registry.revokeDelegation({ id, by: actorOf(request), reason });
  });
}
