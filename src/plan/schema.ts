import { z } from 'zod';
import { closesAfter, onAlarm } from './schema-alarms.ts';
import { data, feature } from './schema-data.ts';
import { notice } from './schema-notify.ts';
import { quality } from './schema-quality.ts';
import { rolloutGate, rolloutStage } from './schema-rollout.ts';
import {
  activityStage,
  approveStage,
  commandStage,
  evaluateStage,
  type predictCommand,
  snapshotStage,
  stage,
  trainStage,
} from './schema-stages.ts';
import { parameter } from './schema-sweep.ts';
import { cron, duration, name, parameterValue, priority, text } from './schema-words.ts';

/** The model file: the only source of its types, its JSON Schema and its validation. */

/** Parsing an empty one gives what a model file without "check" is checked by. */
export const check = z.strictObject({
  schedule: cron.optional().describe('when to check, as five cron fields in UTC; without it only on demand'),
  window: duration.default('7d').describe('how far back the checked rows reach'),
  falseAlarmRate: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.05)
    .describe('probability that unchanged data raises any alarm in the period, over all columns, metrics and days'),
  falseAlarmPeriod: duration
    .default('100d')
    .describe('the period for which falseAlarmRate is stated; it renews itself'),
  minimumEffect: z
    .number()
    .positive()
    .lt(1)
    .default(0.05)
    .describe('smallest shift that matters, in standard deviations or as a share of rows, however certain it is'),
  reference: z
    .enum(['training', 'previous-window', 'same-weekday', 'same-month-last-year'])
    .default('training')
    .describe('what days are compared with; too little history of another choice falls back to training'),
  performance: z
    .strictObject({
      metric: text.describe('metric of the champion on rows whose labels are final, such as auc'),
      drop: z.number().positive().describe('loss against the champion’s own hold-out that raises an alarm'),
    })
    .optional()
    .describe('watch the champion’s quality, not only its inputs'),
  quality,
  onAlarm,
  closesAfter,
  cooldown: duration.default('7d').describe('time after a run in which alarms start no further one'),
});

const compute = z.discriminatedUnion('provider', [
  z.strictObject({
    provider: z.literal('process').describe('a training worker that already runs'),
    queue: text.default('training').describe('the task queue on which that worker listens'),
    gpu: z.int().min(0).optional().describe('1: trainings there use the GPU, and fail where none is found'),
  }),
  z.strictObject({
    provider: z.literal('ec2').describe('an AWS machine, launched for one training and destroyed after it'),
    gpu: z.number().min(0).default(0).describe('GPUs at least'),
    vramGiB: z.number().min(0).default(0).describe('memory of each GPU at least'),
    vcpus: z.int().min(1).default(2).describe('virtual processors at least'),
    memoryGiB: z.number().positive().default(8).describe('main memory at least'),
    types: z.array(text).min(1).optional().describe('only these machine types, such as g6.xlarge'),
    spot: z
      .boolean()
      .default(true)
      .describe('cheaper machines that AWS may take back; needs "checkpointEvery" where "maxHours" is over 1'),
    maxHours: z.number().positive().describe('the machine destroys itself after this time'),
    maxUsd: z.number().positive().describe('no machine is launched that could cost more than this'),
    onDemandAfter: z
      .strictObject({
        misses: z.int().min(1).default(10).describe('spot pools that have refused'),
        minutes: z.number().min(0).default(10).describe('minutes without a machine'),
      })
      .default({ misses: 10, minutes: 10 })
      .describe('when a spot machine is looked for no longer: whatever comes first'),
    startWithin: duration
      .default('10m')
      .describe('a machine whose worker has not come up by then is ended, and the next offer is tried'),
    silentFor: duration.default('15s').describe('a machine that says nothing for so long counts as lost'),
    stalledFor: duration.default('15m').describe('a trainer without any progress for so long is ended and tried again'),
  }),
]);

const retrain = z
  .strictObject({
    schedule: cron.optional().describe('when to retrain, as five cron fields in UTC; without it on alarm or demand'),
    holdFailed: duration
      .default('24h')
      .describe('how long a run with a failed stage waits for a retry before it ends as failed'),
    whenBusy: z
      .enum(['join', 'queue'])
      .default('join')
      .describe('a second trigger while a run is open: joins it, or runs after it'),
  })
  .default({ whenBusy: 'join', holdFailed: '24h' });

const smoke = z.strictObject({
  trials: z.int().min(1).default(1).describe('trials of each sweep'),
  parameters: z
    .record(z.string(), parameterValue)
    .default({})
    .describe('values that replace those of the same name in every train stage that has them'),
});

export const modelFile = z.strictObject({
  $schema: z.string().optional().describe('path or URL of model.schema.json: gives completion in editors'),
  model: name.describe('the model’s name, unique in the registry'),
  segmentOf: name
    .optional()
    .describe('the global model, of whose requests this one answers those of its segment; written by apply'),
  owner: text.optional().describe('who answers for the model'),
  team: name.optional().describe('whose share of busy standing machines its runs take; without it the owner’s'),
  priority: priority.optional().describe('which waiting work comes first on busy standing machines; without it normal'),
  task: z.enum(['binary-classification', 'multiclass-classification', 'regression']).describe('what kind of label'),
  data: data.describe('the rows, and what their columns mean'),
  check: check.optional().describe('the regular look at data and quality'),
  plan: z.record(name, stage).describe('the stages of a run by name: a graph, ordered by "needs"'),
  retrain: retrain.describe('when runs start by themselves'),
  compute: z.record(name, compute).default({}).describe('machines by name, for "compute" of train stages'),
  notify: z.array(notice).default([]).describe('who is told what'),
  smoke: smoke.optional().describe('overrides for a quick run on a pull request: nothing is promoted'),
});

export {
  activityStage,
  approveStage,
  commandStage,
  evaluateStage,
  feature,
  parameter,
  rolloutGate,
  rolloutStage,
  snapshotStage,
  stage,
  trainStage,
};

export type ModelFile = z.output<typeof modelFile>;
export type Task = ModelFile['task'];
export type Priority = z.output<typeof priority>;
export type Feature = z.output<typeof feature>;
export type Stage = z.output<typeof stage>;
export type StageKind = Stage['kind'];
export type SnapshotStage = z.output<typeof snapshotStage>;
export type PredictCommand = z.output<typeof predictCommand>;
export type TrainStage = z.output<typeof trainStage>;
export type CommandStage = z.output<typeof commandStage>;
export type ActivityStage = z.output<typeof activityStage>;
export type EvaluateStage = z.output<typeof evaluateStage>;
export type ApproveStage = z.output<typeof approveStage>;
export type RolloutStage = z.output<typeof rolloutStage>;
export type { Gate, GateEntry } from './schema-gates.ts';
export type RolloutGate = z.output<typeof rolloutGate>;
export type ParameterSpace = z.output<typeof parameter>;
export type ParameterValue = z.output<typeof parameterValue>;
export type ComputeSpec = z.output<typeof compute>;
export type RentedCompute = Extract<ComputeSpec, { provider: 'ec2' }>;
