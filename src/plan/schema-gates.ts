import { z } from 'zod';
import { text } from './schema-words.ts';

/** A condition on one metric of the hold-out: absolute (atLeast, atMost, between), against the champion (versus, by), or both. */
export const gate = z
  .strictObject({
    metric: text.describe(
      'what is measured, such as auc, f1, rmse, classBalance, servingP99Ms, demographicParity; docs/gates.md lists them by task',
    ),
    atLeast: z.number().optional().describe('the lowest value that passes'),
    atMost: z.number().optional().describe('the highest value that passes'),
    between: z.tuple([z.number(), z.number()]).optional().describe('[lowest, highest] value that passes'),
    versus: z
      .literal('champion')
      .optional()
      .describe('compare with the champion on the same rows; a model without a champion skips the gate'),
    by: z
      .number()
      .optional()
      .describe('the challenger must be better than the champion by this much; 0 by default; negative allows a loss'),
    confidence: z
      .number()
      .gt(0.5)
      .lt(1)
      .default(0.95)
      .describe('of the interval that the comparison must clear; 0.95 = 95 %'),
    slice: text.optional().describe('a column of "slices": the gate must hold in each of its values'),
    groups: text
      .optional()
      .describe('a column of "slices" between whose values a fairness metric looks for a difference'),
    column: text.optional().describe('the feature of which missingShare is meant'),
    dryRun: z.boolean().default(false).describe('report the verdict, do not act on it'),
  })
  .meta({ id: 'condition' });

const dryRun = z.boolean().default(false).describe('report the verdict of all of it together, do not act on it');
const oneOf = 'passes when at least one of these conditions passes';
const eachOf = 'passes when each of these conditions passes';

const anyOf = z.strictObject({
  any: z
    .array(z.union([gate, z.strictObject({ all: z.array(gate).min(1).describe(eachOf), dryRun })]))
    .min(1)
    .describe(oneOf),
  dryRun,
});

const allOf = z.strictObject({
  all: z
    .array(z.union([gate, z.strictObject({ any: z.array(gate).min(1).describe(oneOf), dryRun })]))
    .min(1)
    .describe(eachOf),
  dryRun,
});

/** One entry of a list of gates: a condition, or several of which one or each must hold. */
export const gateEntry = z.union([gate, anyOf, allOf]);

export type Gate = z.output<typeof gate>;
export type GateEntry = z.output<typeof gateEntry>;
