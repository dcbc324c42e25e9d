import { expect, test } from 'vitest';
import { readHoldout } from '../../../activities/holdout.ts';
import { OpenVersions } from '../../../activities/open-versions.ts';
import { keepPredictions } from '../../../activities/predictions.ts';
import { scoreVersion } from '../../../activities/scoring.ts';
import { configureVersion, modelConfigKey } from '../../../activities/threshold.ts';
import { labelCodes } from '../../../src/evaluation/labels.ts';
import { chooseThreshold } from '../../../src/evaluation/threshold.ts';
import type { FeatureBatch, LoadPredictor, Scores } from '../../../src/gateway/predictor.ts';
import type { EvaluateStage } from '../../../src/plan/schema.ts';
import { duckdbPredictionFiles } from '../../../src/predictions/duckdb/write-predictions.ts';
import { predictionsKey } from '../../../src/predictions/predictions.ts';
import type { Registry, VersionRecord } from '../../../src/registry/registry.ts';
import { duckdbBatchFiles } from '../../../src/training/duckdb/batch-files.ts';
import { predictionRunner } from '../../../src/training/process/run-prediction.ts';
import { snapshotOf, tripsModel, workspace, writeSource } from '../dataset/duckdb/workspace.ts';

test('an evaluation loads a version once, scores no part twice, and decides by the validation rows', async () => {
  const world = await makeWorld();
  const { store, datasets, folder, manifest, asked } = world;
  const versions = versionsOf(world);
  const table = await readHoldout({ store, datasets }, manifest, 'trip');
  const { scores } = await scoreVersion(await versions.open(world.version), table);
  asked.rows = 0;
  const open = await versions.open(world.version);
  const predictions = duckdbPredictionFiles({ tempFolder: `${folder}/temp` });
  const about = { run: 'trips-r1', data: tripsModel().data, manifest };
  await keepPredictions({ store, predictions }, { ...about, open, holdout: scores });
  expect(asked).toMatchObject({ loads: 1, rows: manifest.rows.train + manifest.rows.validation });

  const spec = { gates: [] } as unknown as EvaluateStage;
  const registry = { setThreshold: async () => undefined } as unknown as Registry;
  await configureVersion({ datasets, store, registry }, { ...about, spec, version: world.version });
  const rows = await datasets.readParquet(await store.localPath(manifest.keys.validation));
  const positive = probabilities({ rows: rows.rows, columns: rows.columns }).values.filter((_, at) => at % 2 === 1);
  const expected = chooseThreshold(labelCodes(rows.columns.late ?? [], [0, 1]), positive, 'balancedAccuracy');
  const config: unknown = JSON.parse(Buffer.from(await store.get(modelConfigKey(world.version))).toString());
  expect(config).toMatchObject({ threshold: expected });

  await versions.close();
  expect(asked.closed).toBe(1);
  const key = predictionsKey({ model: 'trips', run: 'trips-r1', version: 1, part: 'holdout' });
  const kept = await datasets.readParquet(await store.localPath(key));
  expect(kept.columns.trip).toEqual(table.columns.trip);
  expect(kept.columns.score).toEqual(Array.from(scores?.values ?? []).filter((_, at) => at % 2 === 1));
});

test('of a version that failed on the hold-out no answers to it are kept', async () => {
  const world = await makeWorld();
  const { store, folder, manifest } = world;
  const open = await versionsOf(world).open(world.version);
  const predictions = duckdbPredictionFiles({ tempFolder: `${folder}/temp` });
  await keepPredictions(
    { store, predictions },
    { run: 'trips-r1', data: tripsModel().data, manifest, open, holdout: null },
  );
  const parts = (await store.list('models/trips/predictions/')).map((key) => /part=(\w+)/.exec(key)?.[1]);
  expect(parts).toEqual(['train', 'validation']);
});

/** A snapshot of trips, and a model that says how strong the wind is. */
async function makeWorld() {
  const space = await workspace();
  await writeSource(`${space.folder}/source`);
  const manifest = await space.datasets.takeSnapshot(snapshotOf(space));
  await space.store.put('a1/model.onnx', Buffer.from('served'));
  const asked = { loads: 0, rows: 0, closed: 0, loadPredictor: null as unknown as LoadPredictor };
  asked.loadPredictor = async () => {
    asked.loads += 1;
    return {
      predict: async (batch) => {
        asked.rows += batch.rows;
        return probabilities(batch);
      },
      close: async () => {
        asked.closed += 1;
      },
    };
  };
  const features = ['wind', 'hour'].map((name) => ({ name, type: 'numeric' as const }));
  const signature = { task: 'binary-classification' as const, features, classes: [0, 1] };
  const version = { model: 'trips', version: 1, artifact: 'a1', signature } as unknown as VersionRecord;
  return { ...space, manifest, asked, version };
}

function versionsOf({ store, asked, folder }: Awaited<ReturnType<typeof makeWorld>>): OpenVersions {
  const batches = duckdbBatchFiles({ tempFolder: `${folder}/temp` });
  const runPrediction = predictionRunner({ threads: 1 });
  const deps = { store, loadPredictor: asked.loadPredictor, python: 'python3', batches, runPrediction };
  return new OpenVersions(deps, new AbortController().signal);
}

function probabilities({ rows, columns }: FeatureBatch): Scores {
  const values = Float32Array.from({ length: 2 * rows }, (_, at) => {
    const yes = Number(columns.wind?.[at >> 1] ?? 0) / 11;
    return at % 2 === 1 ? yes : 1 - yes;
  });
  return { rows, width: 2, values };
}
