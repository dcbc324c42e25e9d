import { z } from 'zod';
import { cronFault } from './cron.ts';
import { durationPattern } from './duration.ts';
import { priorities } from './priorities.ts';

/** The small words of the model file: each has one form wherever it stands. */

export const duration = z.string().regex(durationPattern, 'a duration such as "30s", "48h" or "7d"');

export const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes, starting with a letter, 63 at most');

/** Five-field cron in UTC. */
export const cron = z.string().check((context) => {
  const fault = cronFault(context.value);
  if (fault !== null) context.issues.push({ code: 'custom', message: fault, input: context.value });
});

export const text = z.string().min(1);

export const parameterValue = z.union([z.string(), z.number(), z.boolean()]);

export const priority = z.enum(priorities);
