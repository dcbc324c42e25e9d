import { z } from 'zod';
import { parameterValue, text } from './schema-words.ts';

const log = z.boolean().default(false).describe('sample evenly in the logarithm: for values that span powers of ten');

export const parameter = z.union([
  z.strictObject({
    int: z.tuple([z.int(), z.int()]).describe('[lowest, highest] whole number, both possible'),
    log,
  }),
  z.strictObject({
    float: z.tuple([z.number(), z.number()]).describe('[lowest, highest] number'),
    log,
  }),
  z.strictObject({ choice: z.array(parameterValue).min(1).describe('one of these values') }),
  z.strictObject({ fixed: parameterValue.describe('always this value') }),
]);

export const sweep = z.strictObject({
  trials: z.int().min(1).describe('how many sets of parameters are tried'),
  parallel: z.int().min(1).default(1).describe('how many trials run at the same time'),
  metric: text
    .optional()
    .describe(
      'the trainer’s validation metric to optimise; by default "auc", "logLoss" for several classes, "rmse" for regression',
    ),
  space: z.record(z.string(), parameter).describe('what each parameter may be, by name'),
});
