import { expect } from 'vitest';
import type { CompiledPlan } from '../../src/plan/plan.ts';
import { modelFile } from '../../src/plan/schema.ts';
import type {
  Actor,
  Moved,
  NewVersion,
  Registry,
  Route,
  RunRecord,
  VersionRecord,
} from '../../src/registry/registry.ts';

export interface RegistryUnderTest {
  readonly registry: Registry;
  /** Sets the clock of the registry; null: the real one. */
  setNow(at: string | null): void;
}

export const ana: Actor = { name: 'ana', via: 'cli' };
export const leaseUntil = '2031-01-01T00:00:00.000Z';

let models = 0;

/** Models are never removed from a registry: every test has its own. */
export function freshName(): string {
  models += 1;
  return `model-${process.pid}-${models}`;
}

export function planOf(model: string, digest = 'digest-1'): CompiledPlan {
  const file = modelFile.parse({
    model,
    task: 'regression',
    data: {
      source: { format: 'parquet', uri: 'file:data.parquet' },
      time: 'at',
      id: 'id',
      label: { column: 'y' },
      // In an order that jsonb would not keep.
      features: { zeta: { type: 'numeric' }, a: { type: 'categorical' }, mm: { type: 'numeric' } },
    },
    plan: { snapshot: { kind: 'snapshot', window: '90d', holdout: '14d' } },
  });
  return { digest, base: '/models', file, stages: [] };
}

export async function freshModel(registry: Registry): Promise<string> {
  const model = freshName();
  await registry.applyModel(planOf(model), ana);
  return model;
}

export function openRun(registry: Registry, model: string, temporalRunId = 'first'): Promise<RunRecord> {
  const trigger = { kind: 'manual', by: 'ana', reason: 'try' } as const;
  const asOf = '2030-01-01T00:00:00Z';
  return registry.openRun({
    model,
    workflowId: `retrain:${model}`,
    temporalRunId,
    trigger,
    asOf,
    planDigest: 'digest-1',
  });
}

export function newVersion(model: string, run: string, candidate: string): NewVersion {
  return {
    ...{ model, run, candidate, artifact: `models/${run}/${candidate}`, artifactDigest: 'sha256:aa', snapshot: 's1' },
    signature: { task: 'regression', features: [{ name: 'zeta', type: 'numeric' }], classes: [] },
    parameters: { depth: 3, eta: 0.1 },
    seed: 4_294_967_295,
    trainerMetrics: { rmse: 1.5 },
    environment: { code: 'sha256:bb' },
  };
}

/** A model with challengers 1 to `count`; the first one is stable. */
export async function liveModel(registry: Registry, count: number): Promise<string> {
  const model = await freshModel(registry);
  const { run } = await openRun(registry, model);
  for (let number = 1; number <= count; number += 1) {
    const { version } = await registry.addVersion(newVersion(model, run, `candidate-${number}`));
    await registry.moveVersion({ model, version, to: 'challenger', by: ana, reason: 'gates passed' });
  }
  accepted(await registry.promoteFirst({ model, version: 1, run, by: ana, reason: 'first' }));
  return model;
}

export function canary(model: string, version: number, rollout: string, weight = 0.05) {
  return { model, version, rollout, phase: 'canary', weight, leaseUntil, by: ana, reason: 'step' } as const;
}

export function accepted(moved: Moved<Route>): Route {
  if (!moved.ok) expect.fail(`the move was refused: ${moved.why}`);
  return moved.value;
}

export function refusal(moved: Moved<Route>): string {
  if (moved.ok) expect.fail('the move was not refused');
  return moved.why;
}

export async function statesOf(registry: Registry, model: string): Promise<VersionRecord['state'][]> {
  return (await registry.versions(model)).map(({ state }) => state).reverse();
}

export async function kindsOf(registry: Registry, model: string): Promise<string[]> {
  return (await registry.events(model)).map(({ kind }) => kind).reverse();
}
