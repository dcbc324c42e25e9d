import type { FastifyInstance, FastifyRequest } from 'fastify';
import { PerennialError } from '../../../errors/error.ts';
import type { Registry, RunRecord } from '../../../registry/registry.ts';
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
    return { message: await vote(temporal, await openRun(registry, run), decision, given) } satisfies Said;
  };
  app.post('/v1/runs/:run/approve', needs.approving, decide('approve'));
  app.post('/v1/runs/:run/reject', needs.approving, decide('reject'));
  app.post('/v1/runs/:run/retry', needs.operating, async (request): Promise<Said> => {
    const { run } = parse(runParams, request.params, 'path');
    const { stage } = parse(retryBody, request.body, 'body');
    const message = await retryStage(temporal, await openRun(registry, run), { stage, by: request.caller.name });
    return { message };
  });
  app.post('/v1/runs/:run/cancel', needs.operating, async (request): Promise<Said> => {
    const { run } = parse(runParams, request.params, 'path');
    await cancelRun(temporal, await openRun(registry, run));
    return { message: `Asked ${run} to stop; it releases its machines first.` };
  });
}

/** A run that has ended takes no orders; that is told here, because Temporal only knows that it is gone. */
async function openRun(registry: Registry, run: string): Promise<RunRecord> {
  const record = await registry.run(run);
  if (record.endedAt === null) return record;
  const ended = record.endedAt.slice(0, 16).replace('T', ' ');
  throw new PerennialError('PRN-API-008', { message: `${run} ended at ${ended} UTC: ${record.outcome}.` });
}
