import { z } from 'zod';
import { durationMs, durationPattern } from '../plan/duration.ts';
import { priority } from '../plan/schema-words.ts';

/** The bodies, parameters and queries that the API accepts: its only validation. */

const modelName = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'a model name: lower-case letters, digits and dashes');
const reason = z.string().trim().min(3, 'a reason of at least 3 letters').max(2_000);
const versionNumber = z.coerce.number().int().min(1);
const personName = z.string().regex(/^[A-Za-z0-9][\w.@-]{0,63}$/, 'a name of letters, digits and . _ @ -');
const roleName = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'a role: lower-case letters, digits and dashes');

/** A day (`2026-11-21`, midnight UTC) or an ISO instant; normalised to an ISO instant. */
export const instant = z
  .string()
  .refine((text) => /^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text)), {
    message: 'a day (2026-11-21) or an ISO instant (2026-11-21T06:00:00Z)',
  })
  .transform((text) => new Date(text).toISOString());

const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');

const limitedTo = (most: number, usual: number) => z.coerce.number().int().min(1).max(most).default(usual);

const planSource = { text: z.string().min(2), path: z.string().min(1), base: z.string().min(1) };

export const modelParams = z.object({ model: modelName });
export const versionBody = z.strictObject({
  /** Of the model, as the Open Inference Protocol has it. */
  url: z
    .url({ protocol: /^https?$/ })
    .max(1_000)
    .refine((text) => /\/v2\/models\/[^/]+(\/versions\/[^/]+)?\/*$/.test(text), {
      message: 'the address of a model, such as http://host:8000/v2/models/<name>',
    })
    .refine((text) => !URL.canParse(text) || `${new URL(text).username}${new URL(text).password}` === '', {
      message: 'an address without a password',
    }),
  name: personName.default('upstream'),
  reason,
});
export const versionParams = z.object({ model: modelName, version: versionNumber });
export const checkParams = z.object({ model: modelName, asOf: instant });
export const runParams = z.object({ run: z.string().min(1).max(128) });
export const sweepParams = runParams.extend({ stage: z.string().min(1).max(63) });
export const rolloutParams = z.object({ rollout: z.string().min(1).max(200) });

export const checkQuery = z.object({
  /** Of the execution that is, or was last, under way; without it what is kept. */
  live: flag,
});
export const checksQuery = z.object({ before: instant.optional(), limit: limitedTo(500, 20) });
export const alarmParams = z.object({ alarm: z.coerce.number().int().min(1).max(2_147_483_647) });
export const alarmsQuery = z.object({ open: flag, limit: limitedTo(500, 50) });
export const acknowledgeBody = z.strictObject({ comment: reason });
/** Null wakes it. */
export const snoozeBody = z.strictObject({ until: instant.nullable(), reason });
const muted = {
  column: z.string().min(1).max(500).nullable().default(null),
  code: z.string().min(1).max(100).nullable().default(null),
};
/** Null: for ever. */
export const muteBody = z.strictObject({ ...muted, until: instant.nullable().default(null), reason });
export const unmuteBody = z.strictObject({ ...muted, reason });

export const queryBody = z.strictObject({
  sql: z.string().trim().min(1).max(100_000),
  model: modelName.optional(),
  limit: limitedTo(100_000, 1_000),
});

export const differenceQuery = z.object({ from: versionNumber, to: versionNumber });

export const historyQuery = z.object({
  at: instant.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  after: z.coerce.number().int().min(0).optional(),
});
export const runsQuery = z.object({
  model: modelName,
  limit: z.coerce.number().int().min(1).max(500).default(20),
  temporalRunId: z.string().optional(),
});
export const machinesQuery = z.object({
  run: z.string().min(1).max(128).optional(),
  living: flag,
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
});
export const logsQuery = z.object({
  stage: z
    .string()
    .regex(/^[A-Za-z0-9][\w-]{0,63}$/, 'the name of a stage')
    .optional(),
  trial: z.coerce.number().int().min(0).optional(),
  attempt: z
    .string()
    .regex(/^a\d+(-\d+)?$/, 'the label of an attempt, such as a1 or a2-1')
    .optional(),
  after: z.coerce.number().int().min(0).default(0),
});

export const applyBody = z.strictObject({ ...planSource, dryRun: z.boolean().default(false) });
export const checkBody = z.strictObject({ asOf: instant.optional(), wait: z.boolean().default(false) }).default({
  wait: false,
});
export const runBody = z
  .strictObject({
    asOf: instant.optional(),
    reason: z.string().max(2_000).optional(),
    smoke: z.boolean().default(false),
    cache: z.boolean().default(true),
    trigger: z.enum(['manual', 'webhook', 'pull-request']).default('manual'),
    plan: z.strictObject(planSource).optional(),
    priority: priority.optional(),
  })
  .default({ smoke: false, cache: true, trigger: 'manual' });
/** Other keys are passed over: a message may carry more than is asked for. */
export const triggerBody = z.object({
  model: modelName,
  asOf: instant.optional(),
  reason: z.string().max(2_000).optional(),
  /** By which a second delivery is known. */
  id: z.string().min(1).max(500).optional(),
  source: z.string().min(1).max(500).optional(),
});
export const triggerParams = z.object({ what: z.enum(['checks', 'runs']) });
export const triggerQuery = z.object({
  /** How long to wait for more messages before a check begins. */
  settle: z
    .string()
    .regex(durationPattern, 'a duration such as 30s')
    .transform((text) => durationMs(text))
    .refine((ms) => ms <= 3_600_000, 'an hour at most')
    .optional(),
});
export const voteBody = z.strictObject({
  reason,
  evidence: z.string().optional(),
  /** Of the approve stage, where several wait one after the other. */
  stage: z.string().min(1).max(63).optional(),
});
export const delegationBody = z.strictObject({ role: roleName, to: personName, until: instant, reason });
export const delegationParams = z.object({ delegation: z.coerce.number().int().min(1).max(2_147_483_647) });
export const delegationsQuery = z.object({
  /** Also those that have ended or were revoked. */
  all: flag,
});
export const revokeBody = z.strictObject({ reason });
export const noticesQuery = z.object({ limit: limitedTo(500, 20) });
export const evidenceParams = z.object({ secret: z.string().min(20).max(100) });
export const retryBody = z.strictObject({ stage: z.string().min(1) });
export const rolloutBody = z.strictObject({
  version: z.int().min(1),
  reason,
  force: z.boolean().default(false),
  /** Straight to the first canary step. */
  skipShadow: z.boolean().default(false),
  /** Instead of the plan's steps: this share for this long, and no promotion by itself. */
  standing: z
    .strictObject({
      weight: z.number().gt(0).lt(1),
      for: z.string().regex(durationPattern, 'a duration such as 14d'),
    })
    .optional(),
});
export const weightBody = z.strictObject({ reason, weight: z.number().gt(0).lt(1) });
export const holdbackQuery = z.object({ days: z.coerce.number().int().min(1).max(366).default(30) });
export const trafficQuery = z.object({ hours: z.coerce.number().gt(0).max(720).default(24) });
export const commandBody = z.strictObject({ reason });
export const pauseBody = z.strictObject({ reason, paused: z.boolean().default(true) });
export const extendBody = z.strictObject({ reason, trials: z.int().min(1).max(1_000_000) });
export const parallelBody = z.strictObject({ reason, parallel: z.int().min(1).max(1_000) });
export const rollbackBody = z.strictObject({
  to: z.int().min(1).optional(),
  reason,
  /** Revision of the route that the caller saw: without it, going back twice by mistake goes back two versions. */
  expectedRev: z.int().min(0).optional(),
});
export const shadowBody = z.strictObject({
  reason,
  /** Revision of the route that the caller saw. */
  expectedRev: z.int().min(0).optional(),
});
export const consumerParams = z.strictObject({ model: z.string(), consumer: personName });
export const consumerBody = z.strictObject({
  requestsPerMinute: z.int().min(1).max(1_000_000_000).nullable().default(null),
});
export const tokenBody = z.strictObject({
  name: personName,
  roles: z.array(roleName).min(1),
});
