import { z } from 'zod';
import { standard } from './schema-evaluate.ts';
import { duration, text } from './schema-words.ts';

const missing = z
  .strictObject({
    atMost: z
      .number()
      .min(0)
      .max(1)
      .describe('share of missing values above which the check raises an alarm; 0.1 = 10 %'),
  })
  .optional()
  .describe('how many values may be missing; without it only a change against the reference raises an alarm');

export const feature = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('numeric').describe('a number: integers, decimals, booleans as 0 and 1'),
    range: z
      .tuple([z.number(), z.number()])
      .optional()
      .describe('[lowest, highest] sensible value: values outside are reported by the check'),
    missing,
  }),
  z.strictObject({
    type: z.literal('categorical').describe('a text, or a number that only names something'),
    categories: z
      .array(z.string())
      .min(1)
      .optional()
      .describe('names that are in order although the reference lacks them: the check does not report them as new'),
    missing,
  }),
]);

const source = z.strictObject({
  format: z.enum(['parquet', 'csv', 'json']).describe('how the files are written; json means one object a line'),
  uri: text.describe(
    'file: URI or path, relative to the model file, or s3://bucket/key; * allowed; {date} stands for one day as YYYY-MM-DD',
  ),
});

export const data = z.strictObject({
  source: source.describe('where the rows are'),
  time: text.describe('timestamp column: when the row was known (UTC)'),
  id: text.describe('column that names a row for ever: predictions and labels are joined by it'),
  label: z
    .strictObject({
      column: text.describe('the column that the model predicts'),
      maturesAfter: duration
        .default('0s')
        .describe('how long after its time a row’s label is final; younger labels are not used'),
    })
    .describe('what is predicted, and when the truth is known'),
  features: z
    .record(text, feature)
    .describe('the columns that the model may use, by name; the trainers get them in this order'),
  sensitive: z
    .array(text)
    .default([])
    .describe('columns that never leave the snapshot: no trainer, request log or report sees them'),
  weight: text
    .optional()
    .describe('column that says how much a row counts in the metrics of the hold-out; no trainer sees it'),
  standard: standard
    .optional()
    .describe('rows that every version is scored on, so that versions of different months can be compared'),
  segmentBy: text
    .nullable()
    .default(null)
    .describe('feature whose values have a champion each; null = one champion for all rows'),
  segments: z
    .array(text)
    .default([])
    .describe('values of segmentBy that get a model of their own, named <model>--<value>; others have the global one'),
  only: z
    .strictObject({
      column: text.describe('a column of the source'),
      equals: text.describe('the value, as text, of the rows that count'),
    })
    .optional()
    .describe('leaves out all other rows: for training, checks and evaluation alike'),
});
