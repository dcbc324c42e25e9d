import type { FastifyInstance } from 'fastify';
import { callTemporal } from '../../temporal/call.ts';
import type { Health } from '../../wire.ts';
import { needs } from '../auth.ts';
import type { ApiContext } from '../context.ts';

/** 200 when database and Temporal answer, else 503; open to everybody, because it tells nothing about the models. */
export function healthRoutes(app: FastifyInstance, context: ApiContext, version: string): void {
  app.get('/v1/health', needs.nothing, async (_request, reply): Promise<Health> => {
    const [database, temporal] = await Promise.all([databaseState(context), temporalState(context)]);
    const ok = database === 'ok' && temporal === 'ok';
    reply.code(ok ? 200 : 503);
    const { temporalUiUrl, gatewayUrl } = context;
    return { ok, database, temporal, version, at: new Date().toISOString(), temporalUiUrl, gatewayUrl };
  });
}

async function databaseState({ registry }: ApiContext): Promise<Health['database']> {
  const patience = new Promise<'unreachable'>((resolve) => setTimeout(resolve, 2_000, 'unreachable').unref());
  const answer = registry.findToken('').then(
    () => 'ok' as const,
    () => 'unreachable' as const,
  );
  return await Promise.race([answer, patience]);
}

async function temporalState({ temporal }: ApiContext): Promise<Health['temporal']> {
  try {
    const { namespace } = temporal.options;
    const options = { about: 'its health', timeoutMs: 2_000 };
    await callTemporal(temporal, options, () => temporal.workflowService.describeNamespace({ namespace }));
    return 'ok';
  } catch {
    return 'unreachable';
  }
}
