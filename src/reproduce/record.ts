import type { Signature } from '../gateway/predictor.ts';
import type { ComputeSpec, TrainStage } from '../plan/schema.ts';
import type { SnapshotRef, TrainRequest, TrainResult } from '../training/request.ts';

/** What it takes, beside the version's own row, to train a version again. */
export interface TrainingRecord {
  readonly stage: string;
  readonly snapshot: SnapshotRef;
  readonly columns: TrainRequest['columns'];
  readonly trainer: TrainStage['trainer'];
  /** Folder of the model file, where the trainer was. */
  readonly base: string;
  /** Where the store keeps what the trainer needs of that folder; null: nothing, or nobody has kept it. */
  readonly codeKey: string | null;
  readonly device: TrainRequest['device'];
  readonly crossValidation: TrainRequest['crossValidation'];
  readonly checkpointEvery: number;
  readonly compute: ComputeSpec | null;
  readonly timeout: string;
  /** sha256 of the trainer's code, and of names and versions of the installed packages; null: nobody could read them. */
  readonly code: string | null;
  readonly environmentLock: string | null;
  /** Class of the machine that trained: `x64, Intel Xeon, 1 thread`; null: it did not say. */
  readonly hardware: string | null;
  /** The run whose training this is: another one where the stage was taken from the cache. */
  readonly trainedBy: string;
}

export interface TrainedStage {
  readonly request: TrainRequest;
  readonly compute: ComputeSpec | null;
  readonly timeout: string;
  readonly trained: TrainResult;
  readonly code: string | null;
  readonly environmentLock: string | null;
  readonly codeKey: string | null;
  readonly trainedBy: string;
}

export function recordOf({ request, trained, ...rest }: TrainedStage): TrainingRecord {
  const { stage, snapshot, columns, trainer, base, device, crossValidation, checkpointEvery } = request;
  const job = { stage, snapshot, columns, trainer, base, device, crossValidation, checkpointEvery };
  return { ...job, ...rest, hardware: trained.hardware ?? null };
}

/** What a version's row must have to be trained again. */
export interface ReproducibleVersion {
  readonly model: string;
  readonly signature: Signature;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly seed: number;
}

/** The job that trains the version once more, under the name of another run: nothing of the first one is touched. */
export function requestOf(version: ReproducibleVersion, record: TrainingRecord, run: string): TrainRequest {
  const { stage, snapshot, columns, trainer, base, codeKey, device, crossValidation, checkpointEvery } = record;
  const { model, signature, parameters, seed } = version;
  return {
    ...{ run, model, stage, trial: null, snapshot, columns, trainer, base, device, crossValidation, checkpointEvery },
    task: signature.task,
    features: Object.fromEntries(signature.features.map(({ name, type }) => [name, { type }])),
    parameters: parameters as TrainRequest['parameters'],
    seed,
    ...(codeKey === null ? {} : { code: codeKey }),
  };
}
