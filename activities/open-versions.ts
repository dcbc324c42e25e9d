import { stat } from 'node:fs/promises';
import type { ObjectStore } from '../src/artifacts/object-store.ts';
import type { FeatureBatch, LoadPredictor, Predictor, Scores } from '../src/gateway/predictor.ts';
import type { VersionRecord } from '../src/registry/registry.ts';

/** What it takes to ask a version. */
export interface ModelDependencies {
  readonly store: ObjectStore;
  readonly loadPredictor: LoadPredictor;
}

/** A version that can be asked, from the very file that a gateway would serve. */
export interface OpenVersion {
  readonly version: VersionRecord;
  readonly predictor: Predictor;
  /** Of what answers. */
  readonly modelBytes: number;
}

/** Versions by name, each loaded once for all that is asked of it, and held until the end. */
export class OpenVersions {
  readonly #deps: ModelDependencies;
  readonly #open = new Map<string, Promise<OpenVersion>>();

  constructor(deps: ModelDependencies) {
    this.#deps = deps;
  }

  open(version: VersionRecord): Promise<OpenVersion> {
    const name = `${version.model}@${version.version}`;
    const opened = this.#open.get(name) ?? openVersion(this.#deps, version);
    this.#open.set(name, opened);
    return opened;
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#open.values());
    for (const one of opened) if (one.status === 'fulfilled') await one.value.predictor.close();
  }
}

export async function openVersion(
  { store, loadPredictor }: ModelDependencies,
  version: VersionRecord,
): Promise<OpenVersion> {
  const path = await store.localPath(`${version.artifact}/model.onnx`);
  const predictor = await loadPredictor(path, version.signature);
  return { version, predictor, modelBytes: (await stat(path)).size };
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
