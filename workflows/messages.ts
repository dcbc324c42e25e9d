import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Question, Vote } from '../src/approval/vote.ts';
import type { CompiledPlan } from '../src/plan/plan.ts';
import type { Priority, RolloutStage, Task } from '../src/plan/schema.ts';
import type { Actor, RunOutcome, Trigger } from '../src/registry/registry.ts';
import type { CacheNote } from '../src/stage-cache/reason.ts';
import type { RungReport } from '../src/sweep/rungs.ts';

/** Every signal, query and update, with the shapes that travel; the wire name is the constant's first word. */

export const workflowIds = {
  /** At most one open run per model: a second trigger joins it. */
  retrain: (model: string) => `retrain:${model}`,
  check: (model: string, asOf: string) => `check:${model}:${asOf}`,
  rollout: (rollout: string) => `rollout:${rollout}`,
  reproduce: (model: string, version: number) => `reproduce:${model}@${version}`,
  checkSchedule: (model: string) => `check:${model}`,
  retrainSchedule: (model: string) => `retrain:${model}`,
  reap: 'reap',
  packLogs: 'pack-logs',
} as const;

/** The training of a trial is an activity of its sweep: what tells it from the others that run beside it. */
export const trialActivityId = (trial: number) => `t${trial}`;

export const taskQueues = { control: 'perennial', training: 'training' } as const;

export interface RetrainInput {
  readonly model: string;
  /** ISO instant; null on a schedule: the time the schedule meant. */
  readonly asOf: string | null;
  readonly trigger: Trigger;
  /** Instead of the applied plan, for this run only. */
  readonly plan?: CompiledPlan;
  /** Overrides of the plan's `smoke`: few trials, no approval, no rollout. */
  readonly smoke?: boolean;
  /** Every stage is done again, whatever was made of the same before. */
  readonly noCache?: boolean;
  /** Instead of the model's, for this run only. */
  readonly priority?: Priority;
}

export interface ReproduceInput {
  readonly model: string;
  readonly version: number;
  readonly by: string;
}

export interface CheckInput {
  readonly model: string;
  readonly asOf: string | null;
  readonly trigger: Trigger;
}

export interface CheckResult {
  readonly asOf: string;
  readonly verdict: 'alarm' | 'quiet' | 'no-champion' | 'too-little-data';
  readonly summary: string;
  /** Object key of the CheckReport; null when there was nothing to compare. */
  readonly evidence: string | null;
  /** What the alarm led to. */
  readonly reaction: 'none' | 'notified' | 'run-started' | 'run-joined' | 'answered' | 'cooling-down';
  /** Workflow id of the run that was started or joined. */
  readonly retrain: string | null;
  /** Alarms that opened, got worse or closed, a line each; absent of checks by earlier releases. */
  readonly told?: readonly string[];
}

/** A trial of a sweep has come to a rung: told by its training activity, at most once a rung and attempt. */
export const rungSignal = defineSignal<[RungReport]>('rungReached');

export interface RolloutInput {
  /** `<model>-v<version>-<run or instant>`: names the rollout for ever. */
  readonly rollout: string;
  readonly model: string;
  readonly version: number;
  readonly run: string | null;
  readonly by: Actor;
  readonly reason: string;
  /** A person overrules the gates that rejected the version. */
  readonly force: boolean;
  readonly spec: RolloutStage;
  readonly task: Task;
  /** Instead of the plan's steps: the challenger keeps this share for this long (a duration), and is never promoted by itself. */
  readonly standing?: { readonly weight: number; readonly for: string };
}

export interface RolloutResult {
  readonly outcome: 'promoted' | 'rolled-back';
  readonly reason: string;
  readonly seconds: number;
}

export interface RunResult {
  readonly run: string;
  readonly outcome: RunOutcome;
  readonly version: number | null;
  readonly summary: string;
}

export type StageState = 'waiting' | 'running' | 'passed' | 'failed' | 'skipped';

export interface StageProgress {
  readonly name: string;
  readonly kind: string;
  readonly state: StageState;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly attempt: number;
  /** One line: "trial 3/4, best auc 0.7431", "gates: boosted passed", "waiting for approver until …". */
  readonly detail: string;
  /** Small: references and headline figures. */
  readonly result: unknown;
  /** Whether it was taken from the cache, and why; absent while that is not known. */
  readonly cache?: CacheNote;
}

/** A question that waits for votes. Its `evidence` is the sha256 of the evaluation report: a vote that names it releases nothing else. */
export interface PendingApproval extends Question {
  /** Object key of the report. */
  readonly evaluation: string;
  readonly version: number;
  readonly candidate: string;
  readonly requestedBy: string;
  readonly deadline: string;
  readonly escalated: boolean;
}

export interface RunProgress {
  readonly run: string | null;
  readonly model: string;
  readonly asOf: string;
  readonly trigger: Trigger;
  readonly state: 'running' | 'waiting-for-approval' | 'waiting-for-retry' | 'closed';
  readonly stages: readonly StageProgress[];
  readonly approval: PendingApproval | null;
  readonly result: RunResult | null;
}

export type ApprovalVote = Vote;

export interface StageRetry {
  readonly stage: string;
  readonly by: string;
}

export const progressQuery = defineQuery<RunProgress>('progress');
export const approveUpdate = defineUpdate<string, [ApprovalVote]>('approve');
export const rejectUpdate = defineUpdate<string, [ApprovalVote]>('reject');
/** The same two as signals, for Temporal UI and `temporal workflow signal`; a refused vote is recorded as an event. */
export const approveSignal = defineSignal<[ApprovalVote]>('approve');
export const rejectSignal = defineSignal<[ApprovalVote]>('reject');
export const retryStageUpdate = defineUpdate<string, [StageRetry]>('retryStage');
/** Sent to an open run when another trigger came: joins it, or queues one more run behind it. */
export const triggerSignal = defineSignal<[Trigger & { readonly asOf: string | null }]>('trigger');

export interface RolloutCommand {
  readonly by: string;
  readonly reason: string;
}

export interface RolloutProgress {
  readonly rollout: string;
  readonly model: string;
  readonly version: number;
  /** concluded: a standing comparison has come to its end. */
  readonly phase: 'starting' | 'shadow' | 'canary' | 'bake' | 'promoted' | 'rolled-back' | 'concluded';
  readonly weight: number;
  readonly paused: boolean;
  readonly since: string;
  readonly detail: string;
  /** What a person is asked, while the rollout waits for an answer: promote, abort, or go on. */
  readonly asks?: string | null;
  readonly standing?: boolean;
  /** The steps that it takes, and at which it is. */
  readonly steps?: readonly RolloutStep[];
  readonly step?: number;
}

export interface RolloutStep {
  readonly phase: 'shadow' | 'canary' | 'bake';
  readonly weight: number;
  readonly forMs: number;
}

export const rolloutProgressQuery = defineQuery<RolloutProgress>('rolloutProgress');
export const promoteUpdate = defineUpdate<string, [RolloutCommand]>('promote');
export const abortUpdate = defineUpdate<string, [RolloutCommand]>('abort');
export const pauseUpdate = defineUpdate<string, [RolloutCommand & { readonly paused: boolean }]>('pause');
export const setWeightUpdate = defineUpdate<string, [RolloutCommand & { readonly weight: number }]>('setWeight');

export interface SweepCommand {
  readonly by: string;
  readonly reason: string;
}

export interface SweepProgress {
  readonly run: string;
  readonly model: string;
  readonly stage: string;
  readonly metric: string;
  readonly state: 'running' | 'paused' | 'ending';
  /** Why no further trial starts; empty while some do. */
  readonly detail: string;
  readonly planned: number;
  readonly parallel: number;
  readonly finished: number;
  readonly failed: number;
  readonly endedEarly: number;
  readonly best: {
    readonly trial: number;
    readonly value: number;
    readonly parameters: Readonly<Record<string, unknown>>;
  } | null;
  readonly running: readonly {
    readonly trial: number;
    readonly parameters: Readonly<Record<string, unknown>>;
    /** Where it was last compared with others; null: nowhere yet. */
    readonly step: number | null;
    readonly value: number | null;
  }[];
  /** The latest to end, newest first, 20 at most. */
  readonly latest: readonly {
    readonly trial: number;
    readonly value: number | null;
    readonly parameters: Readonly<Record<string, unknown>>;
    readonly stoppedAt?: number;
    readonly failure?: string;
  }[];
  readonly rungs: readonly { readonly step: number; readonly reached: number; readonly ended: number }[];
  /** What is used of what the plan allows; null where it sets no limit. */
  readonly budget: {
    readonly elapsedMs: number;
    readonly timeMs: number | null;
    readonly spentUsd: number;
    readonly usd: number | null;
    readonly target: number | null;
    /** Trials in a row that were no better, of how many. */
    readonly plateau: { readonly since: number; readonly trials: number } | null;
  };
}

export const sweepProgressQuery = defineQuery<SweepProgress>('sweepProgress');
export const extendSweepUpdate = defineUpdate<string, [SweepCommand & { readonly trials: number }]>('extend');
export const pauseSweepUpdate = defineUpdate<string, [SweepCommand & { readonly paused: boolean }]>('pause');
/** Keeps what has finished and goes on with the best of it. */
export const stopSweepUpdate = defineUpdate<string, [SweepCommand]>('stop');
export const setParallelUpdate = defineUpdate<string, [SweepCommand & { readonly parallel: number }]>('setParallel');
