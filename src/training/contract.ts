import { z } from 'zod';

/** The trainer contract: `<command> job.json` in an empty folder. Both sides of it, as zod schemas. docs/trainers.md tells it in words. */

const parameterValue = z.union([z.string(), z.number(), z.boolean()]);

/** By name. What is no number, as after a training that diverged, is left out: such a trial has no value. */
const metricValues = z
  .record(z.string(), z.number().nullable())
  .transform(
    (metrics): Record<string, number> =>
      Object.fromEntries(Object.entries(metrics).flatMap(([name, value]) => (value === null ? [] : [[name, value]]))),
  );

export const trainingJob = z.strictObject({
  contract: z.literal(1),
  task: z.enum(['binary-classification', 'multiclass-classification', 'regression']),
  /** Absolute Parquet paths. train and validation carry id, time, features and label; holdout has no label. Rows are in time order. */
  data: z.strictObject({ train: z.string(), validation: z.string(), holdout: z.string() }),
  features: z.array(z.strictObject({ name: z.string(), type: z.enum(['numeric', 'categorical']) })),
  label: z.string(),
  time: z.string(),
  id: z.string(),
  parameters: z.record(z.string(), parameterValue),
  seed: z.int(),
  device: z.enum(['cpu', 'cuda']),
  crossValidation: z.strictObject({ folds: z.int(), by: z.literal('time') }).nullable(),
  /** Where to save checkpoints (maybe filled by an earlier attempt), and how often in steps; 0 = never. */
  checkpoints: z.strictObject({ folder: z.string(), every: z.int() }),
  /** Absolute folder for model.onnx, the native model and metrics.json. */
  output: z.string(),
});

/** One NDJSON line on stdout. Everything else belongs on stderr. */
export const progressLine = z.object({
  step: z.int(),
  of: z.int(),
  metrics: metricValues.default({}),
  /** The same metrics in each fold of a cross-validation, the earliest first. */
  folds: z.array(metricValues).optional(),
});

/** `metrics.json`, written last. */
export const trainerReport = z.object({
  /** Validation metrics by name ("auc", "logLoss", "accuracy", "rmse", ...), the mean over folds where there are any. */
  metrics: metricValues,
  folds: z.array(metricValues).default([]),
  /** Class labels in the order of the ONNX probabilities; empty for regression. */
  classes: z.array(z.union([z.string(), z.number()])),
  device: z.enum(['cpu', 'cuda']),
  /** Parameters as used, defaults included. */
  parameters: z.record(z.string(), parameterValue),
  /** Library versions and a digest of the trainer's own code. */
  environment: z.record(z.string(), z.string()),
  steps: z.int(),
});

export type TrainingJob = z.output<typeof trainingJob>;
export type ProgressLine = z.output<typeof progressLine>;
export type TrainerReport = z.output<typeof trainerReport>;

/** Exit codes with a meaning; every other one but 0 is retried. */
export const exitCode = { done: 0, badJob: 64, noDevice: 69, interrupted: 75 } as const;
