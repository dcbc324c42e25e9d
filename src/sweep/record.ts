import type { TrainResult } from '../training/request.ts';
import type { Direction } from './direction.ts';
import type { Prior } from './prior.ts';
import type { Sampler } from './sampler-names.ts';
import type { Parameters, Space } from './space.ts';

/** One trial of a sweep as it is kept, with what its suggestion was made from. */
export interface TrialRecord {
  readonly trial: number;
  readonly parameters: Parameters;
  /** Null: it failed, or its metric was no number. Of a trial that was ended early: the value at that step. */
  readonly value: number | null;
  /** Why it failed, after it was tried once more. */
  readonly failure?: string;
  /** It was ended by the early-stopping rule at this step, and cannot win. */
  readonly stoppedAt?: number;
  /** It had waited at this step, and went on: an earlier entry of the same trial says how it stood there. */
  readonly resumedFrom?: number;
  /** The metric in each fold, where there are any. */
  readonly folds?: readonly number[];
  /** It was not trained, as this trial had the same parameters; the value is that trial's. */
  readonly repeats?: number;
  /** Seconds that its training took; absent where there was no result. */
  readonly seconds?: number;
  /** Its suggestion knew the first so many trials of the sweep's record. */
  readonly knew: number;
  /** Trials that ran while it was suggested: their parameters were told to the sampler too. */
  readonly beside: readonly number[];
}

/** Everything that a sweep has learnt; kept as `sweeps/<stage>.json` below the run, and read by the next sweeps of the stage. */
export interface SweepRecord {
  readonly run: string;
  readonly model: string;
  readonly stage: string;
  readonly metric: string;
  readonly direction: Direction;
  readonly seed: number;
  readonly space: Space;
  readonly sampler: Sampler;
  /** The champion's parameters and the best of the last sweep, which the first trials took. */
  readonly warmStart: readonly Parameters[];
  /** What earlier sweeps knew, which its first trials asked; absent where there was nothing. */
  readonly prior?: Prior | null;
  /** In the order in which they ended. */
  readonly trials: readonly TrialRecord[];
  /** Trials that were ended with the sweep, without a value. */
  readonly cutOff: readonly { readonly trial: number; readonly parameters: Parameters }[];
  readonly best: number | null;
  /** What the best trial has published; absent of earlier releases. */
  readonly winner?: TrainResult | null;
  /** Why the sweep ended. */
  readonly ended: string;
  /** Instants. */
  readonly startedAt: string;
  readonly endedAt: string;
  /** Milliseconds that the sweeps took whose trials it has taken over; absent where there are none. */
  readonly earlierMs?: number;
  /** Of rented machines, as far as the sweep was told; 0 where nobody asked. */
  readonly usd: number;
}

/** The last word on each trial: one that waited at a rung and went on has an entry for each time. */
export function settled<T extends Pick<TrialRecord, 'trial' | 'resumedFrom'>>(trials: readonly T[]): readonly T[] {
  if (trials.every(({ resumedFrom }) => resumedFrom === undefined)) return trials;
  const last = new Map(trials.map(({ trial }, at) => [trial, at]));
  return trials.filter(({ trial }, at) => last.get(trial) === at);
}

/** From the first trial's beginning to the last one's end, without the time between a sweep and the one that took it over. */
export function tookMs({ startedAt, endedAt, earlierMs = 0 }: SweepRecord): number {
  return earlierMs + Date.parse(endedAt) - Date.parse(startedAt);
}

/** Object key of a sweep's record. */
export function sweepKey({ model, run, stage }: Pick<SweepRecord, 'model' | 'run' | 'stage'>): string {
  return `models/${model}/runs/${run}/sweeps/${stage}.json`;
}

/** Object key of trials that a long sweep no longer carries along. */
export function sweepPartKey(
  sweep: Pick<SweepRecord, 'model' | 'run' | 'stage'>,
  execution: string,
  part: number,
): string {
  const { model, run, stage } = sweep;
  return `models/${model}/runs/${run}/sweep-parts/${stage}/${execution}-${part}.json`;
}

/** Object key of what a sweep knows from earlier ones, until its record has it. */
export function sweepPriorKey({ model, run, stage }: Pick<SweepRecord, 'model' | 'run' | 'stage'>): string {
  return `models/${model}/runs/${run}/sweep-parts/${stage}/prior.json`;
}
