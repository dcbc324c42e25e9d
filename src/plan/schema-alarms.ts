import { z } from 'zod';

const policy = z.enum(['ignore', 'notify', 'retrain']);

/** What alarms do, and when they end. */
export const onAlarm = z
  .union([
    policy,
    z.strictObject({
      quality: policy.optional().describe('data that is broken: missing columns, late days, values out of range'),
      drift: policy.optional().describe('inputs that are distributed otherwise than in training'),
      prediction: policy.optional().describe('answers that are distributed otherwise than in training'),
      performance: policy.optional().describe('a metric that fell, on labels that are final or as estimated'),
      feedback: policy.optional().describe('labels that change because the answers are acted upon'),
    }),
  ])
  .default('notify')
  .describe('what an alarm does: one word for all kinds, or one for each; kinds that are left out are told');

export const closesAfter = z
  .int()
  .min(1)
  .max(100)
  .default(3)
  .describe('checks without findings, in a row, after which an alarm closes');
