import { z } from 'zod';
import { duration, text } from './schema-words.ts';

/** A condition that traffic must keep while the new version gets more of it. */
export const rolloutGate = z.strictObject({
  metric: z
    .enum([
      'errorRate',
      'latency',
      'slowRequests',
      'accuracy',
      'precision',
      'recall',
      'f1',
      'absoluteError',
      'classBalance',
      'outOfRange',
      'score',
    ])
    .describe(
      'what is watched: failed requests, answer time, answers slower than the champion’s p95, correct answers once labels arrive (for two classes also precision, recall and f1; for a regression absoluteError), share of positives, scores outside of "between", mean score',
    ),
  worseBy: z.number().min(0).default(0).describe('how much worse than the champion is tolerated: 0.05 = 5 %'),
  provenWithin: z
    .number()
    .min(0)
    .nullable()
    .optional()
    .describe(
      'how much worse must be ruled out before a step passes: 0.5 = at most 50 % worse, proven; by default 1, or worseBy where that is more; null: enough requests without a violation will do',
    ),
  between: z
    .tuple([z.number(), z.number()])
    .optional()
    .describe('[lowest, highest] possible score, for outOfRange; by default [0, 1] for classes'),
  dryRun: z.boolean().optional().describe('report the verdict, do not act on it'),
});

export const rolloutStage = z.strictObject({
  kind: z.literal('rollout').describe('gives the winner traffic step by step, and takes it back if a gate fails'),
  needs: z.array(text).optional().describe('stages that must have passed first; replaces those that the kind implies'),
  shadow: duration
    .default('0s')
    .describe('how long requests are mirrored to the new version before it answers any; 0s = not at all'),
  steps: z
    .array(
      z.strictObject({
        weight: z.number().gt(0).max(1).describe('share of traffic: 0.05 = 5 %'),
        for: duration.default('0s').describe('how long at least; the last step needs none'),
      }),
    )
    .min(1)
    .describe('shares of traffic, each larger than the one before; the last is 1'),
  gates: z.array(rolloutGate).min(1).describe('what must hold all the while; one violation rolls back'),
  falseRollbackRate: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.05)
    .describe('how often at most a version as good as the champion is rolled back by chance'),
  minimumRequests: z
    .int()
    .min(0)
    .default(100)
    .describe('canary requests (or shadow pairs) below which a step stays inconclusive'),
  lookEvery: duration.default('10s').describe('time between two looks at the gates'),
  extendAtMost: duration
    .default('24h')
    .describe('how long an inconclusive step is extended; time in which nothing comes in does not count'),
  otherwise: z
    .enum(['rollback', 'ask'])
    .optional()
    .describe('what happens to a step that stays inconclusive: rolled back (the default), or a person is asked'),
  bake: duration
    .optional()
    .describe(
      'how long, after the promotion, the old version sees copies of all requests and is restored at once if a gate fails; 0s by default',
    ),
});
