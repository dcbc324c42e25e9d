import { getPriority } from 'node:os';
import type { FastifyInstance } from 'fastify';
import { servingAt } from '../serving.ts';
import { whyNotLive } from './answer-rows.ts';
import type { GatewayParts } from './gateway-parts.ts';
import { sendJson } from './replies.ts';

/** Health, metrics and what is served now. */
export function addHealthPaths(app: FastifyInstance, parts: GatewayParts): void {
  app.get('/healthz', (_, reply) => sendJson(reply, { status: 'ok' }));
  app.get('/readyz', (_, reply) => {
    const waiting = notReady(parts);
    const ready = waiting.length === 0;
    // Of this thread, the event loop: whether the system has let it go before other programs.
    sendJson(reply, { ready, waiting, niceness: getPriority() }, ready ? 200 : 503);
  });
  app.get('/metrics', async (_, reply) => {
    const text = await parts.metrics.registry.metrics();
    return reply.header('content-type', parts.metrics.registry.contentType).send(text);
  });
  app.get('/v1/routes', (_, reply) => sendJson(reply, { readAt: parts.keeper.lastPollAt(), models: describe(parts) }));
}

/** Models with a stable version that cannot be answered yet, and why. A model that never had one does not hold readiness back. */
export function notReady(parts: GatewayParts): { readonly model: string; readonly why: string }[] {
  return [...parts.keeper.models()]
    .filter(([, held]) => held.route.stable !== null && held.live === null)
    .map(([model]) => ({ model, why: whyNotLive(parts, model) }));
}

function describe(parts: GatewayParts): readonly object[] {
  return [...parts.keeper.models()].map(([model, { route, live, previous, from }]) => {
    const serving = live === null ? null : servingAt(live.plan, Date.now());
    const asked = [route.stable, route.canary, route.shadow, ...(route.shadows ?? [])].filter(
      (version) => version !== null,
    );
    const failures = asked.flatMap((version) => {
      const failure = parts.shelf.failure(model, version);
      return failure === null ? [] : [{ version, attempts: failure.attempts, error: String(failure.error) }];
    });
    return {
      model,
      segment: route.segment,
      rev: route.rev,
      from,
      leaseUntil: route.leaseUntil,
      // The version that answers, which lags behind the route while a new one is loaded.
      stable: live?.stable.version ?? null,
      canary: serving?.canary ?? null,
      weight: serving?.share ?? 0,
      shadow: serving?.shadow ?? null,
      // Standing ones that see copies now, and those that this gateway has dropped.
      shadows: serving?.shadows ?? [],
      droppedShadows: [...(live?.shadowFloors ?? [])].flatMap(([version, { dropped }]) =>
        dropped === null ? [] : [{ version, why: dropped }],
      ),
      rollout: route.rollout,
      previous: previous?.version ?? null,
      why: serving?.why ?? whyNotLive(parts, model),
      failures,
    };
  });
}
