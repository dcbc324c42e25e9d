import { stat } from 'node:fs/promises';
import type { ObjectStore } from '../src/artifacts/object-store.ts';
import type { FeatureBatch, LoadPredictor, Predictor, Scores } from '../src/gateway/predictor.ts';
import { isUpstream } from '../src/gateway/served-at.ts';
import type { VersionRecord } from '../src/registry/registry.ts';
import { predictCommandOf } from '../src/training/predict-command.ts';
import { openPredictCommand, type PredictCommandDependencies } from './predict-command.ts';

/** What it takes to ask a version that a gateway could serve. */
export interface ServedDependencies {
  readonly store: ObjectStore;
  readonly loadPredictor: LoadPredictor;
}

/** What it takes to ask any version. */
export interface ModelDependencies extends ServedDependencies, PredictCommandDependencies {}

/** A version that can be asked: from the very file that a gateway would serve, or by its own command. */
export interface OpenVersion {
  readonly version: VersionRecord;
  readonly predictor: Predictor;
  /** Of what answers; undefined where another server has it. */
  readonly modelBytes: number | undefined;
  /** Each asking starts a program: it is asked for many rows at once. */
  readonly byCommand: boolean;
}

/** Versions by name, each loaded once for all that is asked of it, and held until the end. */
export class OpenVersions {
  readonly #deps: ModelDependencies;
  readonly #signal: AbortSignal;
  readonly #open = new Map<string, Promise<OpenVersion>>();

  /** @param signal ends the programs that answer for versions */
  constructor(deps: ModelDependencies, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
  }

  open(version: VersionRecord): Promise<OpenVersion> {
    const name = `${version.model}@${version.version}`;
    const opened = this.#open.get(name) ?? this.#load(version);
    this.#open.set(name, opened);
    return opened;
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#open.values());
    for (const one of opened) if (one.status === 'fulfilled') await one.value.predictor.close();
  }

  async #load(version: VersionRecord): Promise<OpenVersion> {
    const command = predictCommandOf(version);
    if (command === null) return await openServed(this.#deps, version);
    const asked = { version, command, signal: this.#signal };
    return { version, byCommand: true, ...(await openPredictCommand(this.#deps, asked)) };
  }
}

/** From `model.onnx`. */
export async function openServed(
  { store, loadPredictor }: ServedDependencies,
  version: VersionRecord,
): Promise<OpenVersion> {
  if (isUpstream(version.artifact))
    return {
      version,
      predictor: await loadPredictor(version.artifact, version.signature),
      modelBytes: undefined,
      byCommand: false,
    };
  const path = await store.localPath(`${version.artifact}/model.onnx`);
  const predictor = await loadPredictor(path, version.signature);
  return { version, predictor, modelBytes: (await stat(path)).size, byCommand: false };
}

/** The answers to rows that were scored before, to whoever asks for the same rows in their order, some at a time. */
export function replayed({ rows, width, values }: Scores): (batch: Pick<FeatureBatch, 'rows'>) => Scores {
  let next = 0;
  return (batch) => {
    const [from, to] = [next, next + batch.rows];
    if (to > rows) throw new RangeError(`rows ${from} to ${to} were asked for of ${rows} that were scored`);
    next = to;
    return { rows: batch.rows, width, values: values.subarray(from * width, to * width) };
  };
}
