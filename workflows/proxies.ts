import { type ActivityOptions, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { createAlarmActivities } from '../activities/alarms.ts';
import type { createApprovalActivities } from '../activities/approval.ts';
import type { createCheckActivities } from '../activities/check.ts';
import type { createCodeActivities } from '../activities/code.ts';
import type { createCommandActivities } from '../activities/command.ts';
import type { createComputeActivities } from '../activities/compute.ts';
import type { createDatasetActivities } from '../activities/dataset.ts';
import type { createEvaluationActivities } from '../activities/evaluation.ts';
import type { createLogPackingActivities } from '../activities/log-packing.ts';
import type { createNotifyActivities } from '../activities/notify.ts';
import type { createProfileActivities } from '../activities/profiles.ts';
import type { createRegistryActivities } from '../activities/registry.ts';
import type { createRolloutActivities } from '../activities/rollout.ts';
import type { createStageCacheActivities } from '../activities/stage-cache.ts';
import type { createSweepActivities } from '../activities/sweep.ts';
import type { createSweepRecordActivities } from '../activities/sweep-records.ts';
import type { createTrainingActivities } from '../activities/training.ts';
import type { createWorkspaceActivities } from '../activities/workspaces.ts';
import { beforeAllTeams } from '../src/compute/turn.ts';
import { triesAtMost } from '../src/notice/book.ts';

/** Activity options by kind. Deterministic faults are raised as non-retryable by the activities themselves. */

/** Database and small objects: tried again for an hour, which outlives a restart of anything. */
const quick: ActivityOptions = {
  startToCloseTimeout: '30 s',
  scheduleToCloseTimeout: '1 h',
  retry: { initialInterval: '200 ms', backoffCoefficient: 2, maximumInterval: '10 s' },
};

/** Reading and scoring data: minutes; a dead worker is noticed by the missing heartbeat. */
const data: ActivityOptions = {
  startToCloseTimeout: '2 h',
  heartbeatTimeout: '10 s',
  retry: { initialInterval: '1 s', maximumInterval: '30 s', maximumAttempts: 5 },
};

export const registry = proxyActivities<ReturnType<typeof createRegistryActivities>>(quick);
export const alarms = proxyActivities<ReturnType<typeof createAlarmActivities>>(quick);
export const approvals = proxyActivities<ReturnType<typeof createApprovalActivities>>(quick);
export const stageCache = proxyActivities<ReturnType<typeof createStageCacheActivities>>(quick);
export const folders = proxyActivities<ReturnType<typeof createCodeActivities>>(quick);
export const datasets = proxyActivities<ReturnType<typeof createDatasetActivities>>(data);
export const evaluation = proxyActivities<ReturnType<typeof createEvaluationActivities>>(data);
export const profiles = proxyActivities<ReturnType<typeof createProfileActivities>>(data);
export const checks = proxyActivities<ReturnType<typeof createCheckActivities>>(data);

/** Waiting for another run that makes the same: as long as it takes. */
export const stageCacheWaits = proxyActivities<ReturnType<typeof createStageCacheActivities>>({
  startToCloseTimeout: '30 d',
  heartbeatTimeout: '10 s',
  retry: { initialInterval: '500 ms', maximumInterval: '10 s' },
});

/** A move of the route that has begun is waited for, also when the rollout is cancelled: what it did must be taken back. */
export const rollouts = proxyActivities<ReturnType<typeof createRolloutActivities>>({
  ...quick,
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
});

/** An address that stays down must not hold up a run: a few tries, then the failure is an event. */
export const notifications = proxyActivities<ReturnType<typeof createNotifyActivities>>({
  startToCloseTimeout: '15 s',
  retry: { initialInterval: '1 s', maximumAttempts: triesAtMost },
});

/** A suggestion is recorded in the history and never recomputed on replay. */
export const sampler = proxyActivities<ReturnType<typeof createSweepActivities>>({
  startToCloseTimeout: '1 min',
  retry: { initialInterval: '200 ms', maximumInterval: '10 s' },
});

/** Samplers that are processes of their own, and learn for seconds where there are hundreds of trials. */
export const slowSampler = proxyActivities<ReturnType<typeof createSweepActivities>>({
  startToCloseTimeout: '10 min',
  retry: { initialInterval: '1 s', maximumInterval: '10 s', maximumAttempts: 5 },
});

/**
 * Only sweeps that began with it still ask it: the answer of a local activity may come to a replay earlier than it came to the
 * workflow, before the end of a child that it had come after, and then their commands change places.
 */
export const localSampler = proxyLocalActivities<ReturnType<typeof createSweepActivities>>({
  startToCloseTimeout: '10 s',
});

type SweepRecordActivities = ReturnType<typeof createSweepRecordActivities>;

export const sweepRecords = proxyActivities<SweepRecordActivities>(quick);

/** What a sweep can do without: it does not wait for it long. */
export const sweepHints = proxyActivities<SweepRecordActivities>({
  startToCloseTimeout: '30 s',
  scheduleToCloseTimeout: '1 min',
  retry: { initialInterval: '500 ms', maximumInterval: '10 s' },
});

/** Watching one step of a rollout: as long as the step; the route's lease outlives a dead worker by 30 s. */
export const watcher = proxyActivities<ReturnType<typeof createRolloutActivities>>({
  startToCloseTimeout: '30 d',
  heartbeatTimeout: '5 s',
  cancellationType: 'TRY_CANCEL',
  retry: { initialInterval: '500 ms', maximumInterval: '10 s' },
});

/** One training job on the queue of its machine; `named` where a workflow has many of them. */
export function trainerOn(
  queue: string,
  timeoutMs: number,
  named: Pick<ActivityOptions, 'activityId' | 'summary'> = {},
): ReturnType<typeof createTrainingActivities> {
  return proxyActivities<ReturnType<typeof createTrainingActivities>>({
    ...named,
    taskQueue: queue,
    startToCloseTimeout: timeoutMs,
    heartbeatTimeout: '5 s',
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: { initialInterval: '500 ms', maximumInterval: '30 s', maximumAttempts: 4 },
  });
}

/**
 * One job on a machine that was rented for it. One attempt: the queue of a dead machine is nobody's; the workflow rents the next.
 * A cancel is answered by the machine itself, which stops its trainer; a machine that does not answer falls silent.
 */
export function trainerOnRented(
  queue: string,
  timeoutMs: number,
  limits: { readonly startWithinMs: number; readonly silentForMs: number },
): ReturnType<typeof createTrainingActivities> {
  return proxyActivities<ReturnType<typeof createTrainingActivities>>({
    taskQueue: queue,
    scheduleToStartTimeout: limits.startWithinMs,
    startToCloseTimeout: timeoutMs,
    heartbeatTimeout: limits.silentForMs,
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: { maximumAttempts: 1 },
  });
}

type ComputeActivities = ReturnType<typeof createComputeActivities>;

/** Questions to the cloud and its catalogue. */
export const machinesThere = proxyActivities<ComputeActivities>(quick);

/** A lost answer is asked for again with the same token, for two minutes; then whatever the token has made is ended. */
export const launches = proxyActivities<ComputeActivities>({
  startToCloseTimeout: '30 s',
  scheduleToCloseTimeout: '2 min',
  retry: { initialInterval: '200 ms', maximumInterval: '10 s' },
});

/** Whatever becomes of it, the training goes on: the books count from the launch where nobody saw the machine come up. */
export const machineStarts = proxyActivities<ComputeActivities>({
  startToCloseTimeout: '15 min',
  heartbeatTimeout: '15 s',
  retry: { initialInterval: '200 ms', maximumInterval: '10 s', maximumAttempts: 20 },
});

/** The end of a machine is tried for ever: one that nobody ends costs money for ever. */
export const machineEnds = proxyActivities<ComputeActivities>({
  startToCloseTimeout: '15 min',
  heartbeatTimeout: '15 s',
  priority: beforeAllTeams,
  retry: { initialInterval: '500 ms', maximumInterval: '30 s' },
});

type WorkspaceActivities = ReturnType<typeof createWorkspaceActivities>;

/** Gigabytes may be copied inside the store. The machine that waits for it costs money, so it is not tried for ever. */
export const workspaces = proxyActivities<WorkspaceActivities>({
  startToCloseTimeout: '30 min',
  scheduleToCloseTimeout: '1 h',
  heartbeatTimeout: '15 s',
  retry: { initialInterval: '200 ms', maximumInterval: '10 s' },
});

/** Comes again with the next reaper, which must not wait for it. */
export const workspaceClearing = proxyActivities<WorkspaceActivities>({
  startToCloseTimeout: '2 min',
  heartbeatTimeout: '15 s',
  retry: { maximumAttempts: 1 },
});

/** A busy hour is packed in seconds. What fails comes again with the next run, and nothing is lost meanwhile. */
export const logs = proxyActivities<ReturnType<typeof createLogPackingActivities>>({
  startToCloseTimeout: '30 min',
  heartbeatTimeout: '15 s',
  retry: { initialInterval: '1 s', maximumAttempts: 3 },
});

export function commandWithin(timeoutMs: number): ReturnType<typeof createCommandActivities> {
  return proxyActivities<ReturnType<typeof createCommandActivities>>({
    startToCloseTimeout: timeoutMs,
    heartbeatTimeout: '5 s',
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: { initialInterval: '1 s', maximumAttempts: 3 },
  });
}
