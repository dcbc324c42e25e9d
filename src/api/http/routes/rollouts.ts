import type { FastifyInstance, FastifyRequest } from 'fastify';
import { PerennialError } from '../../../errors/error.ts';
import type { RolloutStage } from '../../../plan/schema.ts';
import type { ModelRecord, Route, VersionRecord } from '../../../registry/registry.ts';
import { mayMove } from '../../../registry/transitions.ts';
import type { RolloutLook } from '../../../rollout/report.ts';
import { requireServable } from '../../../rollout/servable.ts';
import {
  commandBody,
  modelParams,
  pauseBody,
  rollbackBody,
  rolloutBody,
  rolloutParams,
  weightBody,
} from '../../requests.ts';
import { orderRollout, rolloutState, startRollout } from '../../temporal/rollouts.ts';
import type { RolloutDetail, RolloutStarted, Said } from '../../wire.ts';
import { actorOf, needs } from '../auth.ts';
import { type ApiContext, temporalLink } from '../context.ts';
import { streamStates } from '../event-stream.ts';
import { readJson } from '../evidence.ts';
import { parse } from '../failures.ts';
import { hurdlesOf, overrule } from '../overrule.ts';

/** Start, watch and steer rollouts; roll back. */
export function rolloutRoutes(app: FastifyInstance, context: ApiContext): void {
  app.post('/v1/models/:model/rollouts', needs.operating, async (request, reply) => {
    reply.code(202);
    return await start(context, request);
  });
  app.get('/v1/models/:model/rollout', needs.reading, async ({ params }): Promise<RolloutDetail> => {
    const { model } = parse(modelParams, params, 'path');
    const { rollout } = await context.registry.route(model);
    if (rollout) return await describeRollout(context, rollout);
    throw new PerennialError('PRN-API-004', { message: `No rollout of ${model} is under way.` });
  });
  app.get('/v1/rollouts/:rollout', needs.reading, async ({ params }) => {
    return await describeRollout(context, parse(rolloutParams, params, 'path').rollout);
  });
  app.get('/v1/rollouts/:rollout/events', needs.reading, async (request, reply) => {
    const { rollout } = parse(rolloutParams, request.params, 'path');
    await streamStates(request, reply, async () => {
      const state = await describeRollout(context, rollout);
      return { state, closed: !state.open };
    });
  });
  steeringRoutes(app, context);
}

function steeringRoutes(app: FastifyInstance, { temporal, registry }: ApiContext): void {
  const order =
    (kind: 'promote' | 'abort') =>
    async (request: FastifyRequest): Promise<Said> => {
      const { rollout } = parse(rolloutParams, request.params, 'path');
      const command = { by: request.caller.name, ...parse(commandBody, request.body, 'body') };
      return { message: await orderRollout(temporal, rollout, { kind, command }) };
    };
  app.post('/v1/rollouts/:rollout/promote', needs.operating, order('promote'));
  app.post('/v1/rollouts/:rollout/abort', needs.operating, order('abort'));
  app.post('/v1/rollouts/:rollout/pause', needs.operating, async (request): Promise<Said> => {
    const { rollout } = parse(rolloutParams, request.params, 'path');
    const command = { by: request.caller.name, ...parse(pauseBody, request.body, 'body') };
    const message = await orderRollout(temporal, rollout, { kind: 'pause', command });
    // No move of the route remembers it.
    const { model, version } = (await rolloutState(temporal, rollout)).progress;
    const kind = command.paused ? 'rollout.paused' : 'rollout.resumed';
    await registry.addEvent({
      model,
      version,
      kind,
      by: actorOf(request),
      reason: command.reason,
      details: { rollout },
    });
    return { message };
  });
  app.post('/v1/rollouts/:rollout/weight', needs.operating, async (request): Promise<Said> => {
    const { rollout } = parse(rolloutParams, request.params, 'path');
    const command = { by: request.caller.name, ...parse(weightBody, request.body, 'body') };
    return { message: await orderRollout(temporal, rollout, { kind: 'weight', command }) };
  });
  app.post('/v1/models/:model/rollback', needs.operating, async (request): Promise<Route> => {
    const { model } = parse(modelParams, request.params, 'path');
    const move = parse(rollbackBody, request.body, 'body');
    const moved = await registry.rollBack({ model, by: actorOf(request), ...move });
    if (moved.ok) return moved.value;
    throw new PerennialError('PRN-API-013', { message: moved.why, details: { route: moved.current } });
  });
}

async function start(context: ApiContext, request: FastifyRequest): Promise<RolloutStarted> {
  const { model } = parse(modelParams, request.params, 'path');
  const { version, reason, force, skipShadow, standing } = parse(rolloutBody, request.body, 'body');
  const [record, found, route] = await Promise.all([
    context.registry.model(model),
    context.registry.version(model, version),
    context.registry.route(model),
  ]);
  requireServable(found);
  const hurdles = await hurdlesOf(context.registry, record, found);
  const spec = rolloutSpec(record, { found, hurdles }, route, force);
  const rollout = `${model}-v${version}-${Date.now().toString(36)}`;
  const by = actorOf(request);
  // Asked for where nothing stands in the way, it overrules nothing.
  const forced = force && hurdles.length > 0;
  if (forced) await overrule(context.registry, request, { found, rollout, reason, hurdles });
  const { task } = record.plan.file;
  const input = {
    ...{ rollout, model, version, run: null, by, reason, force: forced, task },
    spec: skipShadow ? { ...spec, shadow: '0s' } : spec,
    ...(standing ? { standing } : {}),
  };
  return { rollout, model, version, workflowId: await startRollout(context.temporal, input) };
}

/** What the workflow would refuse a minute later is refused here, at once. */
function rolloutSpec(
  record: ModelRecord,
  { found, hurdles }: { readonly found: VersionRecord; readonly hurdles: readonly string[] },
  route: Route,
  force: boolean,
): RolloutStage {
  const refuse = (message: string, hint?: string) =>
    new PerennialError('PRN-API-010', { message, ...(hint ? { hint } : {}) });
  const name = `${record.model} v${found.version}`;
  const stage = record.plan.stages.find(({ spec }) => spec.kind === 'rollout')?.spec;
  if (stage?.kind !== 'rollout') throw refuse(`The plan of ${record.model} has no rollout stage.`);
  // A segment's first version is rolled out against the global champion.
  if (route.stable === null && record.plan.file.segmentOf === undefined)
    throw refuse(`${record.model} has no stable version to roll out against.`);
  if (route.rollout !== null) throw refuse(`Rollout ${route.rollout} of ${record.model} is under way.`);
  if (!mayMove(found.state, 'canary', true)) throw refuse(`${name} is ${found.state} and cannot be rolled out.`);
  if (hurdles.length > 0 && !force)
    throw refuse(
      `${name} is ${found.state} and cannot be rolled out. It lacks: ${hurdles.join('; ')}.`,
      'Overrule that with --force: it needs the role overruler and a reason, and stays with the version for ever.',
    );
  return stage;
}

async function describeRollout(context: ApiContext, rollout: string): Promise<RolloutDetail> {
  const [{ progress, open, temporalRunId, trouble }, look] = await Promise.all([
    rolloutState(context.temporal, rollout),
    readJson<RolloutLook>(context.store, `rollouts/${rollout}/latest.json`),
  ]);
  return { progress, look, open, trouble, temporalUrl: temporalLink(context, `rollout:${rollout}`, temporalRunId) };
}
