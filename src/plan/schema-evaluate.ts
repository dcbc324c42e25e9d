import { z } from 'zod';
import { name, text } from './schema-words.ts';

const range = z.union([
  z.strictObject({
    cuts: z.array(z.number()).min(1).describe('where one range ends and the next begins, in ascending order'),
  }),
  z.strictObject({
    quantiles: z.int().min(2).max(20).describe('so many ranges of about as many rows each'),
  }),
]);

const worstSlices = z.strictObject({
  atLeastRows: z.int().min(100).default(500).describe('slices of fewer rows are not looked at'),
  pairs: z.boolean().default(true).describe('look at values of two columns together, too'),
  show: z.int().min(1).max(20).default(3).describe('how many are told, of those that lose most and of the weakest'),
});

const customMetric = z.strictObject({
  sql: text.describe(
    'one DuckDB expression that aggregates label, prediction, score and weight to a number, such as avg(abs(label - prediction))',
  ),
  better: z.enum(['higher', 'lower']).describe('which side of it is better'),
});

/** Keys of the evaluate stage that say what is measured and where. Absent of plans that were applied before there were any. */
export const measured = {
  metrics: z
    .record(name, customMetric)
    .optional()
    .describe('metrics of your own by name, measured like the built-in ones; gates may name them'),
  ranges: z
    .record(text, range)
    .optional()
    .describe('how numeric columns of "slices" are cut into ranges; without it each value is a slice'),
  worstSlices: z
    .union([z.literal('none').describe('not at all'), worstSlices])
    .optional()
    .describe('how the slices are found where a candidate is worst; by default among all features and slices'),
  also: z
    .array(
      z.union([
        z.int().min(1).describe('number of a version'),
        z.literal('previous').describe('the champion before this one'),
      ]),
    )
    .optional()
    .describe('further versions that are scored and shown beside; they never win'),
};

/** Rows that stay the same from run to run. */
export const standard = z.union([
  z.literal('first-holdout').describe('the hold-out of the first run is kept for ever'),
  z.strictObject({
    from: z.iso.date().describe('first day, YYYY-MM-DD'),
    to: z.iso.date().describe('the day after the last, YYYY-MM-DD'),
    source: z
      .strictObject({
        format: z.enum(['parquet', 'csv', 'json']).describe('how the files are written'),
        uri: text.describe('as the uri of "source"'),
      })
      .optional()
      .describe('where the rows are; without it the model’s own source'),
  }),
]);
