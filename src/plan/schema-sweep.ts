import { z } from 'zod';
import { duration, parameterValue, text } from './schema-words.ts';

const log = z.boolean().default(false).describe('sample evenly in the logarithm: for values that span powers of ten');

const when = z
  .strictObject({
    parameter: text.describe('name of another parameter of this space'),
    in: z
      .array(parameterValue)
      .min(1)
      .describe('the parameter belongs to a trial when the other one has one of these values'),
  })
  .optional()
  .describe('the parameter exists only with certain values of another one');

const step = z.number().positive().optional().describe('distance between possible values, counted from the lowest');

export const parameter = z.union([
  z.strictObject({
    int: z.tuple([z.int(), z.int()]).describe('[lowest, highest] whole number, both possible'),
    log,
    step: z.int().min(1).optional().describe('distance between possible values, counted from the lowest'),
    when,
  }),
  z.strictObject({
    float: z.tuple([z.number(), z.number()]).describe('[lowest, highest] number'),
    log,
    step,
    when,
  }),
  z.strictObject({ choice: z.array(parameterValue).min(1).describe('one of these values'), when }),
  z.strictObject({ fixed: parameterValue.describe('always this value'), when }),
]);

const everyCheck = z
  .number()
  .gt(0)
  .lt(1)
  .default(0.1)
  .describe('share of a trial’s steps after which it is looked at, again and again');

const earlyStopping = z
  .union([
    z.literal('none').describe('every trial is trained to its end'),
    z.strictObject({
      eta: z.int().min(2).default(4).describe('one in so many trials goes on from a rung to the next'),
      firstRung: z
        .number()
        .gt(0)
        .lt(1)
        .default(0.04)
        .describe('share of a trial’s steps after which trials are compared first; the next rung is eta times as high'),
      promote: z
        .boolean()
        .optional()
        .describe('every trial waits at its rungs, and goes on from its checkpoint once it is among the best there'),
    }),
    z.strictObject({
      paired: z
        .strictObject({ every: everyCheck })
        .describe(
          'ends a trial that is worse than the best one in the folds of its cross-validation, compared fold by fold',
        ),
    }),
    z.strictObject({
      median: z
        .strictObject({
          every: everyCheck,
          trials: z.int().min(1).default(5).describe('how many others must have come so far before any is ended'),
        })
        .describe('ends a trial whose best value so far is worse than the median of what others had on average'),
    }),
    z.strictObject({
      patience: z
        .strictObject({
          every: everyCheck,
          checks: z.int().min(1).default(3).describe('so many looks in a row without a better value end the trial'),
          improvement: z.number().min(0).default(0).describe('how much better counts as better'),
        })
        .describe('ends a trial that no longer gets better, unless no other is better at the same step'),
    }),
  ])
  .default({ eta: 4, firstRung: 0.04 })
  .describe('ends trials that fall behind others at the same step (asynchronous successive halving)');

const budget = z
  .strictObject({
    time: duration.optional().describe('ends the sweep, and the trials that run then; time on pause is not counted'),
    usd: z
      .number()
      .positive()
      .optional()
      .describe('US dollars for rented machines, after which the sweep and its running trials are ended'),
    target: z.number().optional().describe('a value of the metric that is good enough: no trial starts after it'),
    plateau: z
      .strictObject({
        trials: z.int().min(1).describe('so many finished trials in a row without a better value'),
        improvement: z.number().min(0).default(0).describe('how much better counts as better'),
      })
      .optional()
      .describe('no trial starts once the search no longer gets better'),
  })
  .optional()
  .describe('what ends the sweep before all its trials have finished; the best trial until then is taken');

export const sweep = z.strictObject({
  trials: z
    .int()
    .min(1)
    .describe('how many trials must finish; one that fails is tried once more and then not counted'),
  parallel: z.int().min(1).default(1).describe('how many trials run at the same time'),
  metric: text
    .optional()
    .describe(
      'the trainer’s validation metric to optimise; by default "auc", "logLoss" for several classes, "rmse" for regression',
    ),
  sampler: z
    .enum(['tpe', 'random', 'grid', 'optuna:gp', 'optuna:cmaes', 'optuna:nsga2'])
    .default('tpe')
    .describe(
      'where the next trial looks: near what was good (`tpe`), anywhere (`random`), at every combination once in random order (`grid`), or where a sampler of Optuna says, which has to be installed beside the trainers',
    ),
  earlyStopping,
  budget,
  warmStart: z
    .boolean()
    .default(true)
    .describe('begin with the champion’s parameters and with the best of earlier sweeps, as far as the space has them'),
  continues: text
    .optional()
    .describe(
      'a run with a sweep of this stage over the same data: its trials are taken over as they are and count; `perennial sweep extend` sets it for a sweep that has ended',
    ),
  space: z.record(z.string(), parameter).describe('what each parameter may be, by name'),
});
