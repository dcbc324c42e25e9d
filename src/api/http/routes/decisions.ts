import type { FastifyInstance, FastifyRequest } from 'fastify';
import { retryBody, runParams, voteBody } from '../../requests.ts';
import { cancelRun, retryStage, vote } from '../../temporal/runs.ts';
import type { Said } from '../../wire.ts';
import { needs } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { parse } from '../failures.ts';

/** What people say to an open run. The voter is the token's name: a body cannot vote for somebody else. */
export function decisionRoutes(app: FastifyInstance, { registry, temporal }: ApiContext): void {
  const decide = (decision: 'approve' | 'reject') => async (request: FastifyRequest) => {
    const { run } = parse(runParams, request.params, 'path');
    const { reason, evidence } = parse(voteBody, request.body, 'body');
    const { name, roles, via } = request.caller;
    const given = { by: name, roles, via, reason, ...(evidence === undefined ? {} : { evidence }) };
    return { message: await vote(temporal, await registry.run(run), decision, given) } satisfies Said;
  };
  app.post('/v1/runs/:run/approve', needs.approving, decide('approve'));
  app.post('/v1/runs/:run/reject', needs.approving, decide('reject'));
  app.post('/v1/runs/:run/retry', needs.operating, async (request): Promise<Said> => {
    const { run } = parse(runParams, request.params, 'path');
    const { stage } = parse(retryBody, request.body, 'body');
    const message = await retryStage(temporal, await registry.run(run), { stage, by: request.caller.name });
    return { message };
  });
  app.post('/v1/runs/:run/cancel', needs.operating, async (request): Promise<Said> => {
    const { run } = parse(runParams, request.params, 'path');
    await cancelRun(temporal, await registry.run(run));
    return { message: `Asked ${run} to stop; it releases its machines first.` };
  });
}
