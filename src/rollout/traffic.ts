import type { Signature } from '../gateway/predictor.ts';
import type { Task } from '../plan/schema.ts';
import type { RolloutTallies } from './report.ts';

export interface TallyRequest {
  readonly model: string;
  readonly rollout: string;
  /** The new version: what else answered is its predecessor. */
  readonly version: number;
  /** When the rollout began. */
  readonly since: string;
  readonly task: Task;
  /** [lowest, highest] score that is possible; null: none is out of range. */
  readonly possible: readonly [number, number] | null;
  /** Of two classes: the answer that counts as positive. Null: none does. */
  readonly positive: string | null;
}

/** Of two classes the last one, as the log writes it; null where no answer is more positive than another. */
export function positiveAnswer({ task, classes }: Signature): string | null {
  return task === 'binary-classification' ? String(classes.at(-1)) : null;
}

/** Port: what a rollout's requests have shown so far, joined with the labels that have arrived. Adapter: duckdb/. */
export interface Traffic {
  /** Counts every request of the rollout since it began; the same log gives the same tallies. */
  tally(request: TallyRequest): Promise<RolloutTallies>;
  /** The rollout has ended: what was kept for its next look can go. */
  forget(rollout: string): void;
}
