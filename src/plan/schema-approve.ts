import { z } from 'zod';
import { duration, text } from './schema-words.ts';

/** What an approve stage asks for. Keys that came later are optional, so that the digest of an older plan stays what it was. */
export const approval = {
  by: z.array(text).default([]).describe('roles, one of which each approver must hold; needed unless "auto" is true'),
  auto: z.boolean().optional().describe('true: nobody is asked, the gates alone decide; recorded as such'),
  quorum: z.int().min(1).max(20).optional().describe('how many different people must approve; without it 1'),
  fourEyes: z
    .boolean()
    .default(true)
    .describe('who asked for the run, or changed the plan since the last promotion, may not approve it'),
  proven: z
    .boolean()
    .optional()
    .describe('true: only votes through the API count; a signal from Temporal carries a name that nobody has checked'),
  within: duration.default('48h').describe('how long to wait'),
  escalate: z
    .strictObject({
      after: duration.describe('how long to wait before asking others too; shorter than "within"'),
      to: z.array(text).min(1).describe('roles that may approve from then on'),
    })
    .optional()
    .describe('whom to ask when nobody has answered'),
  otherwise: z.enum(['reject', 'approve']).default('reject').describe('what happens when the time is over'),
};
