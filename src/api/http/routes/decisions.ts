import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ApprovalVote } from '../../../../workflows/messages.ts';
import { lentTo } from '../../../approval/delegation.ts';
import type { Choice } from '../../../approval/vote.ts';
import { isPerennialError, PerennialError } from '../../../errors/error.ts';
import type { Registry, RunRecord } from '../../../registry/registry.ts';
import { retryBody, runParams, voteBody } from '../../requests.ts';
import { mayDo } from '../../roles.ts';
import { cancelRun, retryStage, vote } from '../../temporal/runs.ts';
import type { Said } from '../../wire.ts';
import { actorOf, type Caller, needs } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { parse } from '../failures.ts';

/** What people say to an open run. The voter is the token's name: a body cannot vote for somebody else. */
export function decisionRoutes(app: FastifyInstance, context: ApiContext): void {
  const { registry, temporal } = context;
  // Whether a role that was lent lets the caller vote is known only when it has been looked up: the vote itself asks.
  app.post('/v1/runs/:run/approve', needs.reading, (request) => decide(context, request, 'approve'));
  app.post('/v1/runs/:run/reject', needs.reading, (request) => decide(context, request, 'reject'));
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

async function decide({ registry, temporal }: ApiContext, request: FastifyRequest, choice: Choice): Promise<Said> {
  const { run } = parse(runParams, request.params, 'path');
  const { reason, evidence, stage } = parse(voteBody, request.body, 'body');
  const given = { ...(await voterOf(registry, request.caller)), reason, evidence, stage };
  const record = await registry.run(run);
  try {
    if (record.endedAt !== null) throw await ended(registry, record);
    return { message: await vote(temporal, record, choice, given) };
  } catch (error) {
    if (isPerennialError(error) && error.code === 'PRN-API-008')
      await recordRefusal(registry, request, record, choice, error);
    throw error;
  }
}

/** @throws PRN-API-002 neither the caller's own roles nor those lent to him vote */
async function voterOf(registry: Registry, { name, roles, via }: Caller): Promise<Omit<ApprovalVote, 'reason'>> {
  const lent = await lentTo(registry, name);
  if (!mayDo('approve', [...roles, ...lent.map(({ role }) => role)]))
    throw new PerennialError('PRN-API-002', {
      message: `${name} holds ${roles.join(', ') || 'no role'}; this needs a role that the plan lets approve.`,
    });
  return { by: name, roles, lent, via };
}

/**
 * The workflow answers a refused vote without a trace in its own history: the model's history keeps it. The same refusal told
 * again and again, as by a script that retries, is one event.
 */
async function recordRefusal(
  registry: Registry,
  request: FastifyRequest,
  { model, run }: RunRecord,
  choice: Choice,
  { message }: Error,
): Promise<void> {
  const by = actorOf(request);
  const key = createHash('sha256')
    .update(JSON.stringify([run, choice, by.name, message]))
    .digest('hex');
  await registry.addEvent({
    ...{ model, run, kind: 'approval.refused', by, reason: message, details: { choice } },
    key: `${run}/refused/${key.slice(0, 32)}`,
  });
}

/** A run that has ended takes no orders; that is told here, because Temporal only knows that it is gone. */
async function openRun(registry: Registry, run: string): Promise<RunRecord> {
  const record = await registry.run(run);
  if (record.endedAt !== null) throw await ended(registry, record);
  return record;
}

async function ended(registry: Registry, { model, run, endedAt, outcome }: RunRecord): Promise<PerennialError> {
  const decided = (await registry.decisions(model, run)).findLast(({ kind }) => kind === 'approval');
  const how = decided ? `${outcome}, ${decided.verdict} by ${decided.by.name}` : outcome;
  const at = endedAt?.slice(0, 16).replace('T', ' ');
  return new PerennialError('PRN-API-008', { message: `${run} ended at ${at} UTC: ${how}.` });
}
