import type { CompiledPlan } from '../plan/plan.ts';
import type { Feature, ParameterValue, Task, TrainStage } from '../plan/schema.ts';
import type { Asha, RungReport } from '../sweep/rungs.ts';
import type { StoppingRule } from '../sweep/stopping.ts';
import type { Workspace } from './workspace.ts';

/** A snapshot as it travels between stages: the key of its manifest and what people want to see of it. */
export interface SnapshotRef {
  readonly id: string;
  readonly key: string;
  readonly rows: { readonly train: number; readonly validation: number; readonly holdout: number };
}

/** Everything that one training job needs, small enough to travel: data goes by key. */
export interface TrainRequest {
  readonly run: string;
  readonly model: string;
  readonly stage: string;
  /** Trial of a sweep; null for a single job. */
  readonly trial: number | null;
  readonly snapshot: SnapshotRef;
  readonly task: Task;
  readonly features: Readonly<Record<string, Feature>>;
  readonly columns: { readonly label: string; readonly time: string; readonly id: string };
  readonly trainer: TrainStage['trainer'];
  readonly base: string;
  /** Where the store has the folder `base`, for a machine that does not; absent: the machine has it itself. */
  readonly code?: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly seed: number;
  readonly device: 'cpu' | 'cuda';
  readonly crossValidation: TrainStage['crossValidation'] | null;
  readonly checkpointEvery: number;
  /** Whom to tell when the trial has come to a rung; absent or null: nobody compares it. */
  readonly rungs?: {
    readonly sweep: string;
    readonly metric: string;
    /** When it is compared. */
    readonly asha?: Asha;
    /** Instead of `asha`. */
    readonly rule?: StoppingRule;
    /** The trainer is stopped at this rung, counted from 0, its checkpoint kept; absent: it is not. */
    readonly pauseAt?: number;
  } | null;
  /** The rented machine that trains; absent or null for a standing worker. */
  readonly machine?: {
    /** Which machine of this job, from 1: it begins the labels of all that its attempts write. */
    readonly attempt: number;
    /** A trainer that says nothing for this long is ended with PRN-RUN-006. */
    readonly stallAfterMs: number;
    /** Where it works; absent of runs that began with an earlier release: in the run's own place. */
    readonly workspace?: Workspace;
  } | null;
}

/** Published once per job, by put-if-absent: a zombie attempt that finishes later reads this instead of overwriting it. */
export interface TrainResult {
  /** Object prefix with model.onnx, metrics.json and the trainer's files. */
  readonly artifact: string;
  readonly artifactDigest: string;
  readonly classes: readonly (string | number)[];
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly seed: number;
  readonly snapshot: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly device: string;
  readonly seconds: number;
  /** Validation metrics of each fold of a cross-validation, the earliest first. */
  readonly folds?: readonly Readonly<Record<string, number>>[];
  /** It waits at a rung of its sweep: nothing is published, and a later job of the same name goes on from its checkpoint. */
  readonly paused?: Omit<RungReport, 'trial'>;
  /** Class of the machine, `x64, Intel Xeon, 1 thread`: what bit-equal results can be expected of; absent of earlier releases. */
  readonly hardware?: string;
}

/** Written once when an attempt begins. */
export interface AttemptRecord {
  readonly stage: string;
  readonly trial: number | null;
  /** Label, see attempt.ts. */
  readonly attempt: string;
  readonly startedAt: string;
  /** Name of the machine. */
  readonly host: string;
  /** Where its log lies while a rented machine lives, before the usual key. */
  readonly workspace?: string;
}

export function trainRequest(from: {
  readonly run: { readonly run: string; readonly model: string };
  readonly plan: CompiledPlan;
  readonly stage: string;
  readonly spec: TrainStage;
  readonly snapshot: SnapshotRef;
}): TrainRequest {
  const { run, plan, stage, spec, snapshot } = from;
  const { data, task, compute } = plan.file;
  const machine = compute[spec.compute];
  return {
    run: run.run,
    model: run.model,
    stage,
    trial: null,
    snapshot,
    task,
    features: data.features,
    columns: { label: data.label.column, time: data.time, id: data.id },
    trainer: spec.trainer,
    base: plan.base,
    parameters: spec.parameters,
    seed: spec.seed,
    device: (machine?.gpu ?? 0) > 0 ? 'cuda' : 'cpu',
    crossValidation: spec.crossValidation ?? null,
    checkpointEvery: spec.checkpointEvery ?? 0,
  };
}
