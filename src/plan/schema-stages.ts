import { z } from 'zod';
import { approval } from './schema-approve.ts';
import { measured } from './schema-evaluate.ts';
import { gateEntry } from './schema-gates.ts';
import { rolloutStage } from './schema-rollout.ts';
import { sweep } from './schema-sweep.ts';
import { duration, parameterValue, text } from './schema-words.ts';

const needs = z
  .array(z.string())
  .optional()
  .describe('stages that must have passed first; replaces those that the kind implies');

export const snapshotStage = z.strictObject({
  kind: z.literal('snapshot').describe('freezes the data of the run'),
  needs,
  window: duration.describe('how far back the data reaches'),
  holdout: duration.describe('the last part, which no trainer and no sweep sees'),
  validation: duration.default('7d').describe('the part before the hold-out, for early stopping and the sweep'),
});

const commandLine = z.array(text).min(1);

export const predictCommand = z.strictObject({
  command: commandLine.describe('program and arguments; {python} and {here} as for the trainer'),
  within: duration.default('10m').describe('longest time for one file of rows'),
  memoryGiB: z.number().positive().default(4).describe('memory that the program may take'),
});

const trainer = z.union([
  z.enum(['xgboost', 'logistic-regression']),
  z.strictObject({
    command: commandLine.describe(
      'program and arguments; {python} is the trainers’ interpreter, {here} the folder of the model file',
    ),
    predict: predictCommand
      .optional()
      .describe(
        'answers rows for what ONNX cannot hold: no model.onnx is needed, versions are scored by this program and marked so, and no gateway serves them',
      ),
  }),
]);

export const trainStage = z.strictObject({
  kind: z.literal('train').describe('trains one candidate; train stages run in parallel'),
  needs,
  trainer: trainer.describe('a built-in trainer by name, or { "command": [...] } for your own'),
  parameters: z
    .record(z.string(), parameterValue)
    .default({})
    .describe('the trainer’s parameters by name; a sweep adds to them'),
  seed: z.int().min(0).default(1).describe('makes training repeatable: same seed, data and code, same model'),
  compute: text.default('local').describe('a name under "compute", or "local"'),
  crossValidation: z
    .strictObject({
      folds: z.int().min(2).describe('how many folds'),
      by: z.enum(['time']).default('time').describe('how rows are split: each fold is validated on later rows'),
    })
    .optional()
    .describe('score each trial over folds instead of the validation part alone'),
  sweep: sweep.optional().describe('search for good parameters instead of training once'),
  checkpointEvery: z
    .int()
    .min(1)
    .optional()
    .describe('steps between checkpoints, from which a lost machine’s work goes on; needed on spot machines'),
  cacheFor: duration
    .optional()
    .describe('how long an equal training is taken from the cache instead of done again; without it 30d; 0s = never'),
  timeout: duration.default('1h').describe('longest time that one training may take'),
});

export const commandStage = z.strictObject({
  kind: z.literal('command').describe('runs your own program between two stages'),
  needs,
  run: z.array(text).min(1).describe('program and arguments; {python} and {here} as for trainers'),
  timeout: duration.default('10m').describe('longest time that the program may take'),
});

export const activityStage = z.strictObject({
  kind: z.literal('activity').describe('calls a Temporal activity of yours, in any language, between two stages'),
  needs,
  activity: text.describe('name of an activity that a worker of yours has registered'),
  queue: text.optional().describe('its task queue; by default the control worker’s'),
  input: z.json().optional().describe('given to the activity beside run, model and the results of the stages it needs'),
  timeout: duration.default('10m').describe('longest time that one attempt may take'),
});

const leaks = z
  .strictObject({
    act: z
      .enum(['refuse', 'report'])
      .default('refuse')
      .describe('whether a critical leak, such as a feature that has seen the label, stops every candidate'),
    alone: z
      .number()
      .gt(0.5)
      .max(1)
      .default(0.95)
      .describe('AUC, of a regression R², that no feature reaches by itself unless it has seen the label'),
    trusted: z.array(text).default([]).describe('features that may be so good: somebody has looked'),
  })
  .prefault({});

const load = z.strictObject({
  rate: z
    .number()
    .positive()
    .max(10_000)
    .default(50)
    .describe('requests a second, sent whether or not earlier ones are answered'),
  for: duration.default('4s').describe('how long each version is under that load'),
  stress: z.boolean().default(false).describe('look for the rate at which each version gives way'),
});

export const evaluateStage = z.strictObject({
  kind: z.literal('evaluate').describe('scores every candidate on the hold-out and decides by gates'),
  needs,
  against: z.array(text).default(['champion']).describe('what candidates are compared with'),
  slices: z.array(text).default([]).describe('columns: metrics are also reported for each of their values'),
  ...measured,
  gates: z.array(gateEntry).min(1).describe('what a candidate must prove; all must pass'),
  leaks: leaks.describe('what is looked for that would make the figures too good to be true'),
  load: load.optional().describe('puts candidates and champion under the same load in the gateway’s own program'),
});

export const approveStage = z.strictObject({
  kind: z.literal('approve').describe('waits for a person, who sees the evidence'),
  needs,
  ...approval,
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
