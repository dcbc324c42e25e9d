import type { Task } from '../plan/schema.ts';
import type { Expected } from './harm.ts';
import type { HoldbackCounts } from './holdback.ts';

/** What a model's champion has answered lately, as the request log tells. */
export interface Observed extends Expected {
  readonly requests: number;
  /** From the first of these requests to the last. */
  readonly hours: number;
}

/** Port. Null when there is no log, or nearly none. Adapter: duckdb/. */
export interface TrafficObserver {
  observe(request: {
    readonly model: string;
    readonly hours: number;
    /** Of two classes: the answer that counts as positive. Null: none does. */
    readonly positive: string | null;
  }): Promise<Observed | null>;
  /** Labels of answers that were acted upon, and of those that were held back. */
  heldBack(request: { readonly model: string; readonly days: number; readonly task: Task }): Promise<HoldbackCounts>;
  /** The same of the answers of one day (`2026-11-21`, UTC), with the labels that came before an instant. */
  heldBackOn(request: {
    readonly model: string;
    readonly day: string;
    readonly labelledBefore: string;
    readonly task: Task;
  }): Promise<HoldbackCounts>;
}
