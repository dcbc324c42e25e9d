import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectStore } from '../src/artifacts/object-store.ts';
import { readManifest } from '../src/dataset/stored-manifest.ts';
import { builtinTrainers, expandCommand } from '../src/training/command-line.ts';
import type { TrainingJob } from '../src/training/contract.ts';
import type { TrainRequest } from '../src/training/request.ts';

/** Folders of one attempt on this machine; all of them are new and empty. */
export interface AttemptFolders {
  readonly home: string;
  readonly output: string;
  readonly checkpoints: string;
  /** For files on their way to the object store. */
  readonly aside: string;
}

export async function makeFolders(home: string): Promise<AttemptFolders> {
  const folders = {
    home,
    output: join(home, 'output'),
    checkpoints: join(home, 'checkpoints'),
    aside: join(home, 'aside'),
  };
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true });
  return folders;
}

/** Fetches the snapshot's files to this machine and writes down what is to be learnt from them. */
export async function trainingJob(
  store: ObjectStore,
  request: TrainRequest,
  folders: AttemptFolders,
): Promise<TrainingJob> {
  const manifest = await readManifest(store, request.snapshot.key);
  const [train, validation, holdout] = await Promise.all(
    [manifest.keys.train, manifest.keys.validation, manifest.keys.holdout].map((key) => store.localPath(key)),
  );
  const { columns, features, crossValidation, task, parameters, seed, device, checkpointEvery } = request;
  return {
    contract: 1,
    task,
    data: { train: train ?? '', validation: validation ?? '', holdout: holdout ?? '' },
    features: Object.entries(features).map(([name, { type }]) => ({ name, type })),
    ...columns,
    parameters: { ...parameters },
    seed,
    device,
    crossValidation: crossValidation ?? null,
    checkpoints: { folder: folders.checkpoints, every: checkpointEvery },
    output: folders.output,
  };
}

/** Program and arguments, without placeholders. @param here the folder of the model file on this machine */
export function commandOf({ trainer }: TrainRequest, python: string, here: string): string[] {
  const argv = typeof trainer === 'string' ? builtinTrainers[trainer] : trainer.command;
  return expandCommand(argv, { python, here });
}
