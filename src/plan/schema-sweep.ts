import { z } from 'zod';
import { parameterValue, text } from './schema-words.ts';

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

export const sweep = z.strictObject({
  trials: z.int().min(1).describe('how many sets of parameters are tried'),
  parallel: z.int().min(1).default(1).describe('how many trials run at the same time'),
  metric: text
    .optional()
    .describe(
      'the trainer’s validation metric to optimise; by default "auc", "logLoss" for several classes, "rmse" for regression',
    ),
  earlyStopping: z
    .union([
      z.literal('none').describe('every trial is trained to its end'),
      z.strictObject({
        eta: z.int().min(2).default(3).describe('one in so many trials goes on from a rung to the next'),
        firstRung: z
          .number()
          .gt(0)
          .lt(1)
          .default(1 / 27)
          .describe(
            'share of a trial’s steps after which trials are compared first; the next rung is eta times as high',
          ),
      }),
    ])
    .default({ eta: 3, firstRung: 1 / 27 })
    .describe('ends trials that fall behind others at the same step (asynchronous successive halving)'),
  space: z.record(z.string(), parameter).describe('what each parameter may be, by name'),
});
