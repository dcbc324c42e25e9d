import type { ObjectStore } from '../src/artifacts/object-store.ts';
import type { Datasets, SnapshotManifest } from '../src/dataset/dataset.ts';
import { labelCodes } from '../src/evaluation/labels.ts';
import { chooseThreshold, type DecisionThreshold, thresholdMetricOf } from '../src/evaluation/threshold.ts';
import type { LoadPredictor } from '../src/gateway/predictor.ts';
import type { EvaluateStage, ModelFile } from '../src/plan/schema.ts';
import type { Registry, VersionRecord } from '../src/registry/registry.ts';
import { featuresOf } from './scoring.ts';

interface Dependencies {
  readonly datasets: Datasets;
  readonly registry: Pick<Registry, 'setThreshold'>;
  readonly store: ObjectStore;
  readonly loadPredictor: LoadPredictor;
}

/** Object key of what a version was made with and how it decides, beside its model. */
export const modelConfigKey = ({ artifact }: Pick<VersionRecord, 'artifact'>) => `${artifact}/model-config.json`;

/**
 * Chooses from which probability on a version says yes, on the validation rows, by the metric that the plan's gates name; and writes it down
 * with the version's parameters, in the registry and beside the model. What does not decide between two classes has no threshold.
 */
export async function configureVersion(
  deps: Dependencies,
  about: {
    readonly data: ModelFile['data'];
    readonly spec: EvaluateStage;
    readonly manifest: SnapshotManifest;
    readonly version: VersionRecord;
  },
): Promise<void> {
  const { version } = about;
  const threshold = version.threshold ?? (await thresholdOf(deps, about));
  const { model, run, candidate, parameters, seed, snapshot } = version;
  const config = { ...{ model, version: version.version, run, candidate, parameters, seed, snapshot }, threshold };
  await deps.store.put(modelConfigKey(version), Buffer.from(JSON.stringify(config, null, 2)));
  if (threshold) await deps.registry.setThreshold({ model, version: version.version, run, threshold });
}

async function thresholdOf(
  deps: Dependencies,
  { data, spec, manifest, version }: Parameters<typeof configureVersion>[1],
): Promise<DecisionThreshold | null> {
  const { artifact, signature } = version;
  if (signature.task !== 'binary-classification' || signature.classes.length !== 2) return null;
  const { store, datasets, loadPredictor } = deps;
  const table = await datasets.readParquet(await store.localPath(manifest.keys.validation));
  const predictor = await loadPredictor(await store.localPath(`${artifact}/model.onnx`), signature);
  try {
    const { values } = await predictor.predict(featuresOf(table, signature));
    const positive = Float64Array.from({ length: table.rows }, (_, row) => values[2 * row + 1] ?? Number.NaN);
    const labels = labelCodes(table.columns[data.label.column] ?? [], signature.classes);
    return chooseThreshold(labels, positive, thresholdMetricOf(spec.gates));
  } catch {
    // A model that fails on rows is judged for it by its evaluation.
    return null;
  } finally {
    await predictor.close();
  }
}
