import type { ObjectStore } from '../src/artifacts/object-store.ts';
import type { SnapshotManifest } from '../src/dataset/dataset.ts';
import { readManifestOf } from '../src/dataset/stored-manifest.ts';
import type { CompiledPlan } from '../src/plan/plan.ts';
import type { Registry, VersionRecord } from '../src/registry/registry.ts';

/** The version that serves, and what it was trained on. */
export interface Champion {
  readonly plan: CompiledPlan;
  readonly version: VersionRecord;
  readonly snapshot: SnapshotManifest;
}

/** Null: the model has no stable version. */
export async function championOf(
  { registry, store }: { readonly registry: Registry; readonly store: ObjectStore },
  model: string,
): Promise<Champion | null> {
  const [{ plan }, { stable }] = await Promise.all([registry.model(model), registry.route(model)]);
  if (stable === null) return null;
  const version = await registry.version(model, stable);
  return { plan, version, snapshot: await readManifestOf(store, version) };
}
