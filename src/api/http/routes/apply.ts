import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { turnOf } from '../../../compute/turn.ts';
import { isPerennialError } from '../../../errors/error.ts';
import { compilePlan } from '../../../plan/compile.ts';
import { diffPlans } from '../../../plan/diff.ts';
import type { CompiledPlan } from '../../../plan/plan.ts';
import type { ModelFile } from '../../../plan/schema.ts';
import { segmentFiles } from '../../../plan/segments.ts';
import type { Actor, ModelRecord, Registry } from '../../../registry/registry.ts';
import { applyBody } from '../../requests.ts';
import { plannedSchedules, reconcileSchedules } from '../../temporal/schedules.ts';
import type { Applied } from '../../wire.ts';
import { actorOf, needs } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { parse } from '../failures.ts';
import { compilePlan as compileSource } from '../model-file.ts';

/** `apply`: validate, register, make the schedules. Repeating it repairs whatever an interrupted one left undone. */
export function applyRoutes(app: FastifyInstance, context: ApiContext): void {
  const { registry } = context;
  app.post('/v1/models', needs.operating, async (request): Promise<Applied> => {
    const { dryRun, ...source } = parse(applyBody, request.body, 'body');
    const plan = compileSource(source);
    const { model } = plan.file;
    const before = await current(registry, model);
    const changes = diffPlans(before?.plan.file ?? null, plan.file);
    const segments = segmentPlans(plan);
    const told = { model, dryRun, changes, segments: segments.map(({ file }) => file.model) };
    if (dryRun) {
      const changed = before?.planDigest !== plan.digest;
      return { ...told, revision: before?.revision ?? 0, changed, schedules: plannedSchedules(plan.file) };
    }
    const applied = await apply(context, plan, actorOf(request));
    for (const segment of segments) await apply(context, segment, actorOf(request));
    for (const { file } of before ? segmentPlans(before.plan) : [])
      if (!told.segments.includes(file.model)) await reconcileSchedules(context.temporal, withoutSchedules(file));
    return { ...told, ...applied };
  });
}

async function apply({ registry, temporal, weights }: ApiContext, plan: CompiledPlan, by: Actor) {
  const { revision, changed } = await registry.applyModel(plan, by);
  return { revision, changed, schedules: await reconcileSchedules(temporal, plan.file, turnOf(plan.file, weights)) };
}

/** A segment that the file no longer names keeps its versions, and starts nothing by itself any more. */
function withoutSchedules({ check: _, ...file }: ModelFile): ModelFile {
  const { schedule: __, ...retrain } = file.retrain;
  return { ...file, retrain };
}

function segmentPlans({ file, base }: CompiledPlan): CompiledPlan[] {
  const sha256 = (plain: string) => createHash('sha256').update(plain).digest('hex');
  return segmentFiles(file).map((segment) => compilePlan(segment, { base, sha256 }));
}

async function current(registry: Registry, model: string): Promise<ModelRecord | null> {
  try {
    return await registry.model(model);
  } catch (error) {
    if (isPerennialError(error) && error.code === 'PRN-REGISTRY-001') return null;
    throw error;
  }
}
