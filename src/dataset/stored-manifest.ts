import type { ObjectStore } from '../artifacts/object-store.ts';
import type { SnapshotManifest } from './dataset.ts';
import { snapshotKeys } from './manifest.ts';

/** A snapshot's manifest, by the key that runs hand on. @throws PRN-ARTIFACTS-001 it is gone */
export async function readManifest(store: Pick<ObjectStore, 'get'>, key: string): Promise<SnapshotManifest> {
  return JSON.parse(new TextDecoder().decode(await store.get(key))) as SnapshotManifest;
}

/** The manifest of the snapshot that a version was trained on. @throws PRN-ARTIFACTS-001 it is gone */
export async function readManifestOf(
  store: Pick<ObjectStore, 'get'>,
  { model, snapshot }: { readonly model: string; readonly snapshot: string },
): Promise<SnapshotManifest> {
  return await readManifest(store, snapshotKeys(model, snapshot).manifest);
}

/** The same, or null where it has been cleaned up. */
export async function findManifestOf(
  store: Pick<ObjectStore, 'get' | 'has'>,
  version: { readonly model: string; readonly snapshot: string },
): Promise<SnapshotManifest | null> {
  return (await store.has(snapshotKeys(version.model, version.snapshot).manifest))
    ? await readManifestOf(store, version)
    : null;
}
