import { z } from 'zod';
import { durationPattern } from './duration.ts';

/** The model file: the only source of its types, its JSON Schema and its validation. */

const duration = z.string().regex(durationPattern, 'a duration such as "30s", "48h" or "7d"');
const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes, starting with a letter');
const cron = z.string().regex(/^(\S+\s+){4}\S+$/, 'a cron expression with five fields, such as "0 6 * * *"');

export const feature = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('numeric'),
    range: z.tuple([z.number(), z.number()]).optional().describe('values outside are reported by the check'),
    missing: z.strictObject({ atMost: z.number().min(0).max(1) }).optional(),
  }),
  z.strictObject({
    type: z.literal('categorical'),
    missing: z.strictObject({ atMost: z.number().min(0).max(1) }).optional(),
  }),
]);

const data = z.strictObject({
  source: z.strictObject({
    format: z.enum(['parquet', 'csv', 'json']),
    uri: z.string().describe('file: URI or path, relative to the model file; {date} stands for one day, YYYY-MM-DD'),
  }),
  time: z.string().describe('timestamp column: when the row was known (UTC)'),
  id: z.string().describe('column that names a row for ever'),
  label: z.strictObject({ column: z.string(), maturesAfter: duration.default('0s') }),
  features: z.record(z.string(), feature),
  sensitive: z.array(z.string()).default([]).describe('columns that never leave the snapshot'),
  segmentBy: z.string().nullable().default(null),
});

const check = z.strictObject({
  schedule: cron.optional(),
  window: duration.default('7d'),
  falseAlarmRate: z.number().gt(0).lt(1).default(0.01),
  performance: z.strictObject({ metric: z.string(), drop: z.number().positive() }).optional(),
  onAlarm: z.enum(['ignore', 'notify', 'retrain']).default('notify'),
  cooldown: duration.default('7d'),
});

const bounds = {
  atLeast: z.number().optional(),
  atMost: z.number().optional(),
  between: z.tuple([z.number(), z.number()]).optional(),
};

export const gate = z.strictObject({
  metric: z.string(),
  ...bounds,
  versus: z.literal('champion').optional(),
  by: z
    .number()
    .optional()
    .describe('the challenger must be better than the champion by this much; negative allows a loss'),
  confidence: z.number().gt(0.5).lt(1).default(0.95),
  slice: z.string().optional().describe('a column of "slices": the gate must hold in each of its values'),
  dryRun: z.boolean().default(false).describe('report the verdict, do not act on it'),
});

export const rolloutGate = z.strictObject({
  metric: z.enum(['errorRate', 'latency', 'accuracy', 'classBalance']),
  worseBy: z.number().min(0).default(0).describe('how much worse than the champion is tolerated: 0.05 = 5 %'),
});

export const parameter = z.union([
  z.strictObject({ int: z.tuple([z.int(), z.int()]), log: z.boolean().default(false) }),
  z.strictObject({ float: z.tuple([z.number(), z.number()]), log: z.boolean().default(false) }),
  z.strictObject({ choice: z.array(z.union([z.string(), z.number(), z.boolean()])).min(1) }),
  z.strictObject({ fixed: z.union([z.string(), z.number(), z.boolean()]) }),
]);

const needs = z
  .array(z.string())
  .optional()
  .describe('stages that must have passed first; by default those that the kind implies');
const parameterValue = z.union([z.string(), z.number(), z.boolean()]);

export const snapshotStage = z.strictObject({
  kind: z.literal('snapshot'),
  needs,
  window: duration.describe('how far back the data reaches'),
  holdout: duration.describe('the last part, which no trainer and no sweep sees'),
  validation: duration.default('7d').describe('the part before the hold-out, for early stopping and the sweep'),
});

export const trainStage = z.strictObject({
  kind: z.literal('train'),
  needs,
  trainer: z.union([
    z.enum(['xgboost', 'logistic-regression']),
    z.strictObject({
      command: z
        .array(z.string())
        .min(1)
        .describe('program and arguments; {python} is the trainers’ interpreter, {here} the folder of the model file'),
    }),
  ]),
  parameters: z.record(z.string(), parameterValue).default({}),
  seed: z.int().min(0).default(1),
  compute: z.string().default('local').describe('a name under "compute", or "local"'),
  crossValidation: z.strictObject({ folds: z.int().min(2), by: z.enum(['time']).default('time') }).optional(),
  sweep: z
    .strictObject({
      trials: z.int().min(1),
      parallel: z.int().min(1).default(1),
      metric: z
        .string()
        .optional()
        .describe('the trainer’s validation metric to optimise; by default "auc", or "rmse" for regression'),
      space: z.record(z.string(), parameter),
    })
    .optional(),
  checkpointEvery: z.int().min(1).optional().describe('steps between checkpoints'),
  timeout: duration.default('1h'),
});

export const commandStage = z.strictObject({
  kind: z.literal('command'),
  needs,
  run: z.array(z.string()).min(1).describe('program and arguments; {python} and {here} as for trainers'),
  timeout: duration.default('10m'),
});

export const activityStage = z.strictObject({
  kind: z.literal('activity'),
  needs,
  activity: z.string().describe('name of a Temporal activity that a worker of yours has registered, in any language'),
  queue: z.string().optional().describe('its task queue; by default the control worker’s'),
  input: z.json().optional().describe('given to the activity beside run, model and the results of the stages it needs'),
  timeout: duration.default('10m'),
});

export const evaluateStage = z.strictObject({
  kind: z.literal('evaluate'),
  needs,
  against: z.array(z.string()).default(['champion']),
  slices: z.array(z.string()).default([]),
  gates: z.array(gate).min(1),
});

export const approveStage = z.strictObject({
  kind: z.literal('approve'),
  needs,
  by: z.array(z.string()).min(1).describe('roles, one of which the approver must hold'),
  fourEyes: z.boolean().default(true).describe('who asked for the run may not approve it'),
  within: duration.default('48h'),
  escalate: z.strictObject({ after: duration, to: z.array(z.string()).min(1) }).optional(),
  otherwise: z.enum(['reject', 'approve']).default('reject'),
});

export const rolloutStage = z.strictObject({
  kind: z.literal('rollout'),
  needs,
  shadow: duration.default('0s'),
  steps: z.array(z.strictObject({ weight: z.number().gt(0).max(1), for: duration.default('0s') })).min(1),
  gates: z.array(rolloutGate).min(1),
  falseRollbackRate: z.number().gt(0).lt(1).default(0.05),
  minimumRequests: z
    .int()
    .min(0)
    .default(100)
    .describe('canary requests (or shadow pairs) below which a step stays inconclusive'),
  lookEvery: duration.default('10s'),
  extendAtMost: duration.default('24h').describe('how long an inconclusive step is extended before it is rolled back'),
});

export const stage = z.discriminatedUnion('kind', [
  snapshotStage,
  trainStage,
  commandStage,
  activityStage,
  evaluateStage,
  approveStage,
  rolloutStage,
]);

const compute = z.discriminatedUnion('provider', [
  z.strictObject({ provider: z.literal('process'), queue: z.string().default('training') }),
  z.strictObject({
    provider: z.literal('ec2'),
    gpu: z.number().min(0).default(0),
    vramGiB: z.number().min(0).default(0),
    memoryGiB: z.number().positive().default(8),
    spot: z.boolean().default(true),
    maxHours: z.number().positive(),
    maxUsd: z.number().positive(),
  }),
]);

export const modelFile = z.strictObject({
  $schema: z.string().optional(),
  model: name,
  owner: z.string().optional(),
  task: z.enum(['binary-classification', 'multiclass-classification', 'regression']),
  data,
  check: check.optional(),
  plan: z.record(name, stage),
  retrain: z
    .strictObject({
      schedule: cron.optional(),
      holdFailed: duration.default('24h').describe('how long a run with a failed stage waits for a retry before it ends as failed'),
      whenBusy: z
        .enum(['join', 'queue'])
        .default('join')
        .describe('a second trigger while a run is open: joins it, or runs after it'),
    })
    .default({ whenBusy: 'join', holdFailed: '24h' }),
  compute: z.record(name, compute).default({}),
  notify: z
    .array(
      z.strictObject({
        on: z.array(z.enum(['alarm', 'approval', 'promoted', 'rollback', 'rejected', 'failed'])).min(1),
        webhook: z.string().describe('an https URL, or $NAME of an environment variable of the control worker'),
      }),
    )
    .default([]),
  smoke: z
    .strictObject({
      trials: z.int().min(1).default(1),
      parameters: z.record(z.string(), parameterValue).default({}),
    })
    .optional()
    .describe('overrides for a quick run on a pull request: nothing is promoted'),
});

export type ModelFile = z.output<typeof modelFile>;
export type Task = ModelFile['task'];
export type Feature = z.output<typeof feature>;
export type Stage = z.output<typeof stage>;
export type StageKind = Stage['kind'];
export type SnapshotStage = z.output<typeof snapshotStage>;
export type TrainStage = z.output<typeof trainStage>;
export type CommandStage = z.output<typeof commandStage>;
export type ActivityStage = z.output<typeof activityStage>;
export type EvaluateStage = z.output<typeof evaluateStage>;
export type ApproveStage = z.output<typeof approveStage>;
export type RolloutStage = z.output<typeof rolloutStage>;
export type Gate = z.output<typeof gate>;
export type RolloutGate = z.output<typeof rolloutGate>;
export type ParameterSpace = z.output<typeof parameter>;
export type ParameterValue = z.output<typeof parameterValue>;
export type ComputeSpec = z.output<typeof compute>;
