import type { ObjectStore } from '../src/artifacts/object-store.ts';
import type { SnapshotManifest } from '../src/dataset/dataset.ts';
import { readManifestOf } from '../src/dataset/stored-manifest.ts';
import type { CompiledPlan } from '../src/plan/plan.ts';
import { stoodInFor } from '../src/registry/fallback.ts';
import type { Registry, VersionRecord } from '../src/registry/registry.ts';

/** The version that serves, and what it was trained on. */
export interface Champion {
  readonly plan: CompiledPlan;
  readonly version: VersionRecord;
  readonly snapshot: SnapshotManifest;
}

/** Of a segment that has no champion of its own yet it is the global one: it answers the segment's requests, and is to be beaten. */
export async function reigningChampion(registry: Registry, model: string): Promise<VersionRecord | null> {
  const { stable } = await registry.route(model);
  if (stable !== null) return await registry.version(model, stable);
  const { segmentOf } = (await registry.model(model)).plan.file;
  return segmentOf === undefined ? null : await reigningChampion(registry, segmentOf);
}

/** Null: the model has no stable version. */
export async function championOf(
  { registry, store }: { readonly registry: Registry; readonly store: ObjectStore },
  model: string,
): Promise<Champion | null> {
  const [{ plan }, { stable }] = await Promise.all([registry.model(model), registry.route(model)]);
  if (stable === null) return null;
  const version = await registry.version(model, stable);
  // What stands in for a global champion was trained on the global model's rows.
  const trained = { model: stoodInFor(version) ?? model, snapshot: version.snapshot };
  return { plan, version, snapshot: await readManifestOf(store, trained) };
}
