import { expect, test } from 'vitest';
import { behaviourOf } from '../../../src/api/http/behaviour.ts';
import type { ApiContext } from '../../../src/api/http/context.ts';
import type { FeatureBatch } from '../../../src/gateway/predictor.ts';
import { duckdbPredictionQueries } from '../../../src/predictions/duckdb/ask.ts';
import { duckdbPredictionFiles } from '../../../src/predictions/duckdb/write-predictions.ts';
import { predictionsKey } from '../../../src/predictions/predictions.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import { snapshotOf, tripsModel, workspace, writeSource } from '../dataset/duckdb/workspace.ts';

test('how two versions answer the same rows is told by the thresholds that they decide by', async () => {
  const space = await workspace();
  const { folder, store, datasets } = space;
  await writeSource(`${folder}/source`);
  const manifest = await datasets.takeSnapshot(snapshotOf(space));
  const signature = {
    task: 'binary-classification' as const,
    features: [{ name: 'wind', type: 'numeric' as const }],
    classes: [0, 1],
  };
  const files = duckdbPredictionFiles({ tempFolder: `${folder}/temp` });
  for (const version of [1, 2]) {
    const to = `${folder}/v${version}.parquet`;
    const rows = await store.localPath(manifest.keys.holdout);
    const labels = await store.localPath(manifest.keys.holdoutLabels);
    await files.write({ data: tripsModel().data, signature, rows, labels, predict: byTheWind, to });
    await store.put(predictionsKey({ model: 'trips', run: 'r1', version, part: 'holdout' }), { path: to });
  }
  const thresholds: Record<number, number | undefined> = { 2: 0.25 };
  const registry = {
    model: async () => ({ plan: { file: tripsModel() } }),
    version: async (_: string, version: number) => {
      const threshold = thresholds[version];
      return { version, signature, threshold: threshold === undefined ? null : { threshold, metric } };
    },
  } as unknown as Registry;
  let metric = 'f1';
  const queries = duckdbPredictionQueries({ tempFolder: `${folder}/temp` });
  const context = { registry, store, queries } as unknown as ApiContext;

  const found = await behaviourOf(context, 'trips', 1, 2);
  const held = await datasets.readParquet(await store.localPath(manifest.keys.holdout));
  const scored = await byTheWind(held);
  const between = scored.values.filter((p, at) => at % 2 === 1 && p >= 0.25 && p <= 0.5).length;
  expect(between).toBeGreaterThan(0);
  expect(found).toMatchObject({ rows: scored.rows, flipped: between, meanChange: 0 });
  metric = 'balancedAccuracy';
  expect(await behaviourOf(context, 'trips', 1, 2)).toMatchObject({ flipped: 0 });
  thresholds[2] = undefined;
  expect(await behaviourOf(context, 'trips', 1, 2)).toMatchObject({ flipped: 0 });
});

async function byTheWind({ rows, columns }: FeatureBatch) {
  const values = Float32Array.from({ length: 2 * rows }, (_, at) => {
    const yes = Number(columns.wind?.[at >> 1] ?? 0) / 11;
    return at % 2 === 1 ? yes : 1 - yes;
  });
  return { rows, width: 2, values };
}
