import type { GateEntry } from '../plan/schema.ts';
import type { CustomMetric, CustomMetrics } from './custom-metric.ts';
import type { Holdout } from './evidence.ts';
import type { Direction } from './gate-direction.ts';
import type { DataFacts } from './gates-data.ts';
import type { ScoresLike } from './metric-set.ts';
import { metricsOf } from './metrics.ts';
import type { ServingResult } from './report.ts';
import type { SearchColumn, SearchRules } from './worst-slices.ts';

export interface EvaluationInput extends Holdout {
  readonly model: string;
  readonly run: string;
  readonly snapshot: string;
  /** One value per row and slice column; null is a slice of its own. */
  readonly sliceColumns: Readonly<Record<string, readonly (string | number | null)[]>>;
  readonly candidates: readonly {
    readonly candidate: string;
    readonly version: number;
    /** Null when the model failed on rows. */
    readonly scores: ScoresLike | null;
    readonly trainerMetrics: Readonly<Record<string, number>>;
    readonly serving: ServingResult;
  }[];
  readonly champion: {
    /** Where it is another model's. */
    readonly model?: string;
    readonly version: number;
    readonly scores: ScoresLike | null;
    readonly serving: ServingResult | null;
  } | null;
  /** Further versions that are shown beside them and never win. */
  readonly others?: readonly { readonly version: number; readonly scores: ScoresLike | null }[];
  readonly gates: readonly GateEntry[];
  /** Of the run's data, for gates on them; nothing is known without. */
  readonly facts?: DataFacts;
  /** Metrics that the stage defines itself, and who computes them. */
  readonly custom?: { readonly metrics: readonly CustomMetric[]; readonly port: CustomMetrics };
  /** Where the worst slices are looked for; nowhere without. */
  readonly search?: { readonly columns: readonly SearchColumn[]; readonly rules: SearchRules };
  readonly seed: number;
  /** Awaited every few milliseconds of work, so that the caller's event loop lives and it can heartbeat. */
  readonly yieldNow?: (() => Promise<void>) | undefined;
}

/** Metrics that the report shows: the task's, and those of the plan. */
export function shownMetrics({ task, custom }: Pick<EvaluationInput, 'task' | 'custom'>): readonly string[] {
  return [...metricsOf(task), ...(custom?.metrics ?? []).map(({ name }) => name)];
}

/** Better side of the metrics that the stage defines itself. */
export function customDirections({ custom }: Pick<EvaluationInput, 'custom'>): Readonly<Record<string, Direction>> {
  return Object.fromEntries((custom?.metrics ?? []).map(({ name, better }) => [name, better]));
}
