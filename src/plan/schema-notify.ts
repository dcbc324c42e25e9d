import { z } from 'zod';
import { text } from './schema-words.ts';

const events = ['alarm', 'alarm-closed', 'approval', 'promoted', 'rollback', 'rejected', 'failed', 'forced'] as const;

/** One entry of "notify": events, and the one address that they go to. */
export const notice = z.strictObject({
  on: z.array(z.enum(events)).min(1).describe('what is told'),
  webhook: text.optional().describe('an https URL, or $NAME of an environment variable of the control worker'),
  format: z
    .enum(['slack', 'cloudevents'])
    .optional()
    .describe('of the webhook’s body: a Slack message, or a CloudEvent 1.0; without it slack'),
  signWith: z
    .string()
    .regex(/^\$[A-Za-z_]\w*$/, '$NAME of an environment variable of the control worker that holds the secret')
    .optional()
    .describe('$NAME of the secret that signs what is sent to the webhook'),
  email: z.array(text).min(1).optional().describe('addresses, or $NAME of a variable that holds one'),
});

export type NoticeEntry = z.output<typeof notice>;
/** What can be told. */
export type NoticeWord = (typeof events)[number];
