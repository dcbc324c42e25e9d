import { z } from 'zod';
import { duration, text } from './schema-words.ts';

/** What counts as a fault of the data; what is left out is as in src/quality/quality.ts. */
export const quality = z
  .strictObject({
    ignore: z
      .array(text)
      .default([])
      .describe('findings to leave out: "code", "column.code" or "column.*"; the codes are in docs/data-quality.md'),
    rowsAtLeast: z.int().min(1).default(50).describe('a day with fewer rows is judged by their number alone'),
    lateAfter: duration
      .default('6h')
      .describe('how long after its end a day counts as complete; only then is it missed and are its rows counted'),
  })
  .optional()
  .describe('what counts as a fault of the data; without it everything that is found');
