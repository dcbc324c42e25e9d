import type { Task } from '../plan/schema.ts';
import type { RolloutTallies } from './report.ts';

/** Port: what a rollout's requests have shown so far, joined with the labels that have arrived. Adapter: duckdb/. */
export interface Traffic {
  /** Counts every request of the rollout since it began; the same log gives the same tallies. */
  tally(request: {
    readonly model: string;
    readonly rollout: string;
    readonly since: string;
    readonly task: Task;
  }): Promise<RolloutTallies>;
}
