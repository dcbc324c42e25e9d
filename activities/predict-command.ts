import { copyFile, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import type { ObjectStore } from '../src/artifacts/object-store.ts';
import { PerennialError } from '../src/errors/error.ts';
import type { FeatureBatch, Predictor, Scores } from '../src/gateway/predictor.ts';
import { durationMs } from '../src/plan/duration.ts';
import type { PredictCommand } from '../src/plan/schema.ts';
import type { VersionRecord } from '../src/registry/registry.ts';
import { expandCommand } from '../src/training/command-line.ts';
import {
  answerColumns,
  type BatchFiles,
  type PredictionJob,
  type PredictionOutcome,
  type RunPrediction,
} from '../src/training/prediction.ts';
import { fetchFolder } from './code.ts';

export interface PredictCommandDependencies {
  readonly python: string;
  readonly batches: BatchFiles;
  readonly runPrediction: RunPrediction;
}

interface Fetched {
  readonly version: VersionRecord;
  readonly command: PredictCommand;
  readonly argv: readonly string[];
  readonly home: string;
  readonly signal: AbortSignal;
}

/** Fetches what the trainer left, and its code, to a folder of this version; each batch of rows is then a run of the command. */
export async function openPredictCommand(
  deps: PredictCommandDependencies & { readonly store: ObjectStore },
  { version, command, signal }: Pick<Fetched, 'version' | 'command' | 'signal'>,
): Promise<{ readonly predictor: Predictor; readonly modelBytes: number }> {
  const home = await mkdtemp(join(tmpdir(), 'perennial-predict-'));
  const modelBytes = await fetchModel(deps.store, version.artifact, join(home, 'model'));
  const { codeKey, base } = version.record ?? { codeKey: null, base: home };
  // As it was when the version was trained, whatever has become of the folder of the model file.
  const here = codeKey === null ? base : await fetchFolder(deps.store, codeKey, join(home, 'code'));
  const argv = expandCommand(command.command, { python: deps.python, here });
  const fetched = { version, command, argv, home, signal };
  let batches = 0;
  const predictor: Predictor = {
    predict: (batch) => answer(deps, fetched, batch, ++batches),
    close: () => rm(home, { recursive: true, force: true }),
  };
  return { predictor, modelBytes };
}

async function fetchModel(store: ObjectStore, artifact: string, folder: string): Promise<number> {
  let bytes = 0;
  for (const key of await store.list(`${artifact}/`)) {
    const to = resolve(folder, key.slice(artifact.length + 1));
    if (!to.startsWith(folder + sep)) throw new Error(`${key} lies outside of its artifact`);
    const from = await store.localPath(key);
    await mkdir(dirname(to), { recursive: true });
    await copyFile(from, to);
    bytes += (await stat(to)).size;
  }
  return bytes;
}

async function answer(
  { batches, runPrediction }: PredictCommandDependencies,
  { version, command, argv, home, signal }: Fetched,
  batch: FeatureBatch,
  number: number,
): Promise<Scores> {
  const { signature } = version;
  const columns = answerColumns(signature);
  if (batch.rows === 0) return { rows: 0, width: columns.length, values: new Float32Array(0) };
  const cwd = join(home, `batch-${number}`);
  await mkdir(cwd);
  try {
    const job = jobOf(version, home, cwd);
    await batches.write(signature.features, batch, job.rows);
    const limits = { withinMs: durationMs(command.within), memoryBytes: command.memoryGiB * 1024 ** 3 };
    const outcome = await runPrediction({ command: argv, cwd, job, ...limits, signal });
    if (outcome.kind !== 'done') throw failed(version, command, batch.rows, outcome);
    const answered = await batches.read(job.predictions, columns, batch.rows);
    if (answered.kind === 'scores') return answered.scores;
    throw new PerennialError('PRN-TRAINING-009', {
      message: `The predict command of ${nameOf(version)} ended well, but its predictions.parquet ${answered.why}.`,
    });
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}

function jobOf({ signature }: VersionRecord, home: string, cwd: string): PredictionJob {
  const { task, features, classes } = signature;
  return {
    contract: 1,
    task,
    model: join(home, 'model'),
    rows: join(cwd, 'rows.parquet'),
    features: features.map(({ name, type }) => ({ name, type })),
    classes: [...classes],
    predictions: join(cwd, 'predictions.parquet'),
  };
}

const mostWords = 400;

function failed(
  version: VersionRecord,
  { within, memoryGiB }: PredictCommand,
  rows: number,
  outcome: Exclude<PredictionOutcome, { kind: 'done' }>,
): PerennialError {
  const asked = `The predict command of ${nameOf(version)}, asked for ${rows} rows,`;
  if (outcome.kind === 'late')
    return new PerennialError('PRN-TRAINING-008', { message: `${asked} was ended after ${within}.` });
  const { exitCode, signal, tail } = outcome;
  const how = exitCode === null ? `was killed by ${signal}` : `ended with ${exitCode}`;
  const said = tail.trim().slice(-mostWords) || 'it wrote nothing';
  return new PerennialError('PRN-TRAINING-008', {
    message: `${asked} ${how} (memory for ${memoryGiB} GiB): ${said}`,
    details: { exitCode, signal, tail },
  });
}

const nameOf = ({ model, version }: VersionRecord) => `${model}@${version}`;
