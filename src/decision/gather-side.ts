import { readText } from '../artifacts/read-text.ts';
import type { SnapshotManifest } from '../dataset/dataset.ts';
import { snapshotKeys } from '../dataset/manifest.ts';
import { type EvidencePlace, gatherEvidence } from './gather.ts';
import type { StoredEvidence } from './stored.ts';

/** One version of a comparison: its evidence, and what its data was. */
export interface Side {
  readonly stored: StoredEvidence;
  /** Null when the store does not keep it any more. */
  readonly snapshot: SnapshotManifest | null;
}

/** @throws PRN-REGISTRY-003 unknown version */
export async function gatherSide(place: EvidencePlace, model: string, version: number): Promise<Side> {
  const stored = await gatherEvidence(place, model, version);
  const text = await readText(place.store, snapshotKeys(model, stored.version.snapshot).manifest);
  return { stored, snapshot: text === null ? null : (JSON.parse(text) as SnapshotManifest) };
}
