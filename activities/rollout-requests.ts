import type { RolloutStage, Task } from '../src/plan/schema.ts';
import type { Actor } from '../src/registry/registry.ts';
import type { RolloutPhase } from '../src/rollout/report.ts';

export interface RolloutKey {
  readonly rollout: string;
  readonly model: string;
  readonly version: number;
  readonly by: Actor;
  readonly reason: string;
}

export interface WatchRequest extends RolloutKey {
  readonly spec: RolloutStage;
  readonly task: Task;
  readonly phase: RolloutPhase;
  readonly weight: number;
  /** A standing comparison ends with its time, whatever is proven. */
  readonly standing?: boolean;
  /** Counts the steps: a weight that a person sets belongs to the step that it was set in. */
  readonly step?: number;
  /** While paused only violations end the watch. */
  readonly paused: boolean;
  /** When the rollout began: older requests are not looked at. */
  readonly startedAt: string;
  /** Instants: a passing look after the first ends the step; an inconclusive one after the second gives it up. Idle time is added. */
  readonly passAfter: string;
  readonly giveUpAfter: string;
}

export interface StepEnd {
  /** unproven: given up like an inconclusive step, but a person is to be asked. */
  readonly verdict: 'passed' | 'violated' | 'halted' | 'inconclusive' | 'unproven';
  readonly reason: string;
}
