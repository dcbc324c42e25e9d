import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { onTestFinished } from 'vitest';
import { createTrainingActivities, type TrainingDependencies } from '../../../activities/training.ts';
import type { TrainingHeartbeat } from '../../../activities/training-progress.ts';
import { filesystemStore } from '../../../src/artifacts/filesystem/store.ts';
import type { FullObjectStore, ObjectStore } from '../../../src/artifacts/object-store.ts';
import { runTrainer } from '../../../src/training/process/run-trainer.ts';
import type { TrainRequest, TrainResult } from '../../../src/training/request.ts';
import { python, scriptedTrainer, type Workplace, workplace, writeFlights } from '../training/workplace.ts';

/** An object store that holds a snapshot, and machines that share nothing but it. */
export interface TrainingPlace {
  readonly folder: string;
  readonly store: FullObjectStore;
  readonly place: Workplace;
  request(change?: Partial<TrainRequest>): TrainRequest;
  /** A trainer in a few lines of JavaScript. */
  script(body: string): Promise<TrainRequest['trainer']>;
  machine(change?: Partial<TrainingDependencies>): Promise<Machine>;
  keys(part: string): Promise<string[]>;
  /** An attempt's whole log. */
  log(label: string): Promise<string>;
}

export interface Machine {
  readonly workFolder: string;
  /** Starts `train` as Temporal would; `cancel` is what a person does. */
  start(request: TrainRequest, attempt?: number): Started;
  /** All files that are left below its work folder. */
  leftovers(): Promise<string[]>;
}

export interface Started {
  readonly result: Promise<TrainResult>;
  readonly heartbeats: readonly TrainingHeartbeat[];
  cancel(reason?: string): void;
}

export async function trainingPlace(rows = 400): Promise<TrainingPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'perennial-train-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const store = filesystemStore(join(folder, 'objects'));
  const place = await workplace();
  if (rows > 0) await writeFlights(place, rows);
  const keys = { train: 's/train.parquet', validation: 's/validation.parquet', holdout: 's/holdout.parquet' };
  for (const part of ['train', 'validation', 'holdout'] as const) {
    await store.put(keys[part], rows > 0 ? { path: place.job.data[part] } : Buffer.from('nothing'));
  }
  await store.put('s/manifest.json', Buffer.from(JSON.stringify({ keys })));
  let machines = 0;
  return {
    folder,
    store,
    place,
    request: aRequest,
    script: async (body) => ({ command: (await scriptedTrainer(place, body)) as [string, ...string[]] }),
    machine: async (change = {}) => machineIn(join(folder, `machine-${++machines}`), store, change),
    keys: async (part) => (await store.list('models/')).filter((key) => key.includes(part)),
    log: async (label) => {
      const parts = await store.list(`models/delays/runs/delays-r1/fit/single/logs/${label}/`);
      return (await Promise.all(parts.map(async (key) => Buffer.from(await store.get(key)).toString()))).join('');
    },
  };
}

function machineIn(workFolder: string, store: ObjectStore, change: Partial<TrainingDependencies>): Machine {
  const { train } = createTrainingActivities({ store, runTrainer, python, workFolder, threads: 1, ...change });
  return {
    workFolder,
    start(request, attempt = 1) {
      const environment = new MockActivityEnvironment({ attempt });
      const heartbeats: TrainingHeartbeat[] = [];
      environment.on('heartbeat', (details: TrainingHeartbeat) => heartbeats.push(details));
      const result = environment.run(train, request) as Promise<TrainResult>;
      // Tests look at it later.
      result.catch(() => undefined);
      return { result, heartbeats, cancel: (reason) => environment.cancel(reason as undefined) };
    },
    leftovers: async () =>
      (await readdir(workFolder, { recursive: true, withFileTypes: true }).catch(() => []))
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name)),
  };
}

function aRequest(change: Partial<TrainRequest> = {}): TrainRequest {
  return {
    run: 'delays-r1',
    model: 'delays',
    stage: 'fit',
    trial: null,
    snapshot: { id: 's', key: 's/manifest.json', rows: { train: 1, validation: 1, holdout: 1 } },
    task: 'binary-classification',
    features: { hour: { type: 'numeric' }, carrier: { type: 'categorical' } },
    columns: { label: 'late', time: 'at', id: 'id' },
    trainer: 'xgboost',
    base: tmpdir(),
    parameters: {},
    seed: 1,
    device: 'cpu',
    crossValidation: null,
    checkpointEvery: 0,
    ...change,
  };
}

export async function until(condition: () => boolean | Promise<boolean>, ms = 15_000): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end; ) {
    if (await condition()) return;
    await new Promise((wake) => setTimeout(wake, 20));
  }
  throw new Error('what was waited for did not come');
}

/** A scripted trainer's last lines: a model and a report. */
export const finish = `fs.writeFileSync(job.output + '/model.onnx', 'm');
fs.writeFileSync(job.output + '/metrics.json', JSON.stringify({ metrics: { auc: 0.7 }, classes: [0, 1], device: 'cpu',
  parameters: {}, environment: {}, steps: 2 })); process.exit(0);`;
