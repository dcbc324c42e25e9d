import type { ObjectStore } from '../src/artifacts/object-store.ts';
import type { Datasets } from '../src/dataset/dataset.ts';
import { labelCodes } from '../src/evaluation/labels.ts';
import { chooseThreshold, type DecisionThreshold, thresholdMetricOf } from '../src/evaluation/threshold.ts';
import type { EvaluateStage, ModelFile } from '../src/plan/schema.ts';
import { predictionsKey } from '../src/predictions/predictions.ts';
import type { Registry, VersionRecord } from '../src/registry/registry.ts';

interface Dependencies {
  readonly datasets: Datasets;
  readonly registry: Pick<Registry, 'setThreshold'>;
  readonly store: ObjectStore;
}

/** Object key of what a version was made with and how it decides, beside its model. */
export const modelConfigKey = ({ artifact }: Pick<VersionRecord, 'artifact'>) => `${artifact}/model-config.json`;

/**
 * Chooses from which probability on a version says yes, on the validation rows, by the metric that the plan's gates name; and writes it down
 * with the version's parameters, in the registry and beside the model: gates, checks and gateways decide by it if a gate has asked for one.
 * What does not decide between two classes has no threshold.
 */
export async function configureVersion(
  deps: Dependencies,
  about: {
    /** That has kept the version's predictions. */
    readonly run: string;
    readonly data: ModelFile['data'];
    readonly spec: EvaluateStage;
    readonly version: VersionRecord;
  },
): Promise<DecisionThreshold | null> {
  const { version } = about;
  const threshold = version.threshold ?? (await thresholdOf(deps, about));
  const { model, run, candidate, parameters, seed, snapshot } = version;
  const config = { ...{ model, version: version.version, run, candidate, parameters, seed, snapshot }, threshold };
  await deps.store.put(modelConfigKey(version), Buffer.from(JSON.stringify(config, null, 2)));
  if (threshold) await deps.registry.setThreshold({ model, version: version.version, run, threshold });
  return threshold;
}

/** From the answers that are kept: a version that failed on rows of the validation part has none, and is judged for it elsewhere. */
async function thresholdOf(
  { store, datasets }: Dependencies,
  { run, data, spec, version }: Parameters<typeof configureVersion>[1],
): Promise<DecisionThreshold | null> {
  const { model, signature } = version;
  if (signature.task !== 'binary-classification' || signature.classes.length !== 2) return null;
  const key = predictionsKey({ model, run, version: version.version, part: 'validation' });
  if (!(await store.has(key))) return null;
  const label = data.label.column;
  const { columns } = await datasets.readParquet(await store.localPath(key), [label, 'score']);
  const positive = Float64Array.from(columns.score ?? [], (value) => Number(value ?? Number.NaN));
  return chooseThreshold(labelCodes(columns[label] ?? [], signature.classes), positive, thresholdMetricOf(spec.gates));
}
