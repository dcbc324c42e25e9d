import type { FastifyInstance } from 'fastify';
import { turnOf } from '../../../compute/turn.ts';
import { isPerennialError } from '../../../errors/error.ts';
import { diffPlans } from '../../../plan/diff.ts';
import type { ModelRecord, Registry } from '../../../registry/registry.ts';
import { applyBody } from '../../requests.ts';
import { plannedSchedules, reconcileSchedules } from '../../temporal/schedules.ts';
import type { Applied } from '../../wire.ts';
import { actorOf, needs } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { parse } from '../failures.ts';
import { compilePlan } from '../model-file.ts';

/** `apply`: validate, register, make the schedules. Repeating it repairs whatever an interrupted one left undone. */
export function applyRoutes(app: FastifyInstance, { registry, temporal, weights }: ApiContext): void {
  app.post('/v1/models', needs.operating, async (request): Promise<Applied> => {
    const { dryRun, ...source } = parse(applyBody, request.body, 'body');
    const plan = compilePlan(source);
    const { model } = plan.file;
    const before = await current(registry, model);
    const changes = diffPlans(before?.plan.file ?? null, plan.file);
    if (dryRun) {
      const changed = before?.planDigest !== plan.digest;
      const schedules = plannedSchedules(plan.file);
      return { model, revision: before?.revision ?? 0, changed, dryRun, changes, schedules };
    }
    const { revision, changed } = await registry.applyModel(plan, actorOf(request));
    const schedules = await reconcileSchedules(temporal, plan.file, turnOf(plan.file, weights));
    return { model, revision, changed, dryRun, changes, schedules };
  });
}

async function current(registry: Registry, model: string): Promise<ModelRecord | null> {
  try {
    return await registry.model(model);
  } catch (error) {
    if (isPerennialError(error) && error.code === 'PRN-REGISTRY-001') return null;
    throw error;
  }
}
