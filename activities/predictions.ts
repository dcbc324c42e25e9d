import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ObjectStore } from '../src/artifacts/object-store.ts';
import type { SnapshotManifest } from '../src/dataset/dataset.ts';
import type { FeatureBatch, Scores } from '../src/gateway/predictor.ts';
import type { ModelFile } from '../src/plan/schema.ts';
import { type PredictionFiles, predictionParts, predictionsKey } from '../src/predictions/predictions.ts';
import { type OpenVersion, replayed } from './open-versions.ts';

/** Starting a program for each some thousand rows would take longer than its answers. */
const rowsForCommands = 500_000;

/**
 * Keeps what a version answers to every row of the snapshot, hold-out included. A part that is kept already is not scored again: the same
 * version gives the same answers; nor is the hold-out, which its evaluation has scored. A part with a row on which it fails is not kept.
 */
export async function keepPredictions(
  deps: { readonly store: ObjectStore; readonly predictions: PredictionFiles },
  about: {
    readonly run: string;
    readonly data: ModelFile['data'];
    readonly manifest: SnapshotManifest;
    readonly open: OpenVersion;
    /** Of the hold-out's rows, in their order; null where the version failed on them. */
    readonly holdout: Scores | null;
  },
): Promise<void> {
  const { store, predictions } = deps;
  const { run, data, manifest, open, holdout } = about;
  const { model, version, signature } = open.version;
  const local = async (key: string) => await store.localPath(key);
  const folder = await mkdtemp(join(tmpdir(), 'perennial-predictions-'));
  try {
    for (const part of predictionParts) {
      const key = predictionsKey({ model, run, version, part });
      if ((part === 'holdout' && holdout === null) || (await store.has(key))) continue;
      const to = join(folder, `${part}.parquet`);
      const labels = part === 'holdout' ? await local(manifest.keys.holdoutLabels) : null;
      const rows = await local(manifest.keys[part]);
      const answers = answersOf(
        part === 'holdout' && holdout ? replayed(holdout) : (batch) => open.predictor.predict(batch),
      );
      try {
        const many = open.byCommand ? { rowsAtOnce: rowsForCommands } : {};
        await predictions.write({ data, signature, rows, labels, predict: answers.predict, to, ...many });
      } catch (error) {
        if (answers.failed()) continue;
        throw error;
      }
      await store.put(key, { path: to }, { ifAbsent: true });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Tells a model that fails on rows, which is its own affair, from everything else that may go wrong. */
function answersOf(predict: (batch: FeatureBatch) => Scores | Promise<Scores>) {
  let failed = false;
  return {
    failed: () => failed,
    async predict(batch: FeatureBatch): Promise<Scores> {
      try {
        return await predict(batch);
      } catch (error) {
        failed = true;
        throw error;
      }
    },
  };
}
