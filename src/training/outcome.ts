import type { ProgressLine, TrainerReport, TrainingJob } from './contract.ts';

export interface TrainerRun {
  /** Program and arguments without placeholders; the path of job.json is appended. */
  readonly command: readonly string[];
  /** New, empty folder of this attempt: the trainer's working directory. */
  readonly cwd: string;
  readonly job: TrainingJob;
  /** The model answers by a predict command: it may leave anything but an ONNX file. */
  readonly withoutOnnx?: boolean;
  /** Added to the part of this process's environment that trainers get; secrets of the platform are not in that. */
  readonly env?: Readonly<Record<string, string>>;
  readonly onProgress: (line: ProgressLine) => void;
  /** One line of stderr, or of stdout where it is not a progress line; without its line break. */
  readonly onLog: (text: string) => void;
  /** Aborting asks the trainer to save and stop. */
  readonly signal: AbortSignal;
  /** Between SIGTERM and SIGKILL. */
  readonly graceMs: number;
  /** Aborting, before or after `signal`, shortens the grace: nobody waits for a checkpoint any more. */
  readonly hurry?: { readonly signal: AbortSignal; readonly graceMs: number };
}

export type TrainerOutcome =
  | {
      readonly kind: 'done';
      readonly report: TrainerReport;
      /** Absolute output folder. */
      readonly folder: string;
      /** What answers, relative to it: model.onnx, or for a predict command all that is not the report. */
      readonly model: readonly string[];
      /** Everything in the output folder, relative to it, sorted. */
      readonly files: readonly string[];
      readonly seconds: number;
    }
  /** Stopped on request; the checkpoint folder says how far it came. */
  | { readonly kind: 'interrupted' }
  /** Exit code 64: trying again cannot help. */
  | { readonly kind: 'bad-job'; readonly message: string }
  | {
      readonly kind: 'failed';
      readonly exitCode: number | null;
      readonly signal: string | null;
      readonly logTail: string;
    };

/**
 * Port: runs one training job to its end on this machine. Adapter: process/run-trainer.ts.
 *
 * @throws PRN-TRAINING-001 the command does not start; -002, -003 it claims success without a valid result; -004 it did not get
 * the device that was asked for.
 */
export type RunTrainer = (run: TrainerRun) => Promise<TrainerOutcome>;
