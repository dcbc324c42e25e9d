import type { ComputeSpec, ParameterValue, TrainStage } from '../src/plan/schema.ts';
import type { Tally } from '../src/sweep/budget.ts';
import type { TrialRecord } from '../src/sweep/record.ts';
import type { RungReport } from '../src/sweep/rungs.ts';
import type { TrainRequest, TrainResult } from '../src/training/request.ts';
import type { Waiting } from './sweep-ladder.ts';

/** What a sweep is given, carries along, and gives back. */

type Parameters = Readonly<Record<string, ParameterValue>>;
type Sweep = NonNullable<TrainStage['sweep']>;
/** Settings that plans of open runs may not have. */
type Younger = 'earlyStopping' | 'warmStart' | 'sampler';

export interface SweepInput {
  /** The job of every trial; parameters are the fixed ones, the trial's own come on top. */
  readonly request: TrainRequest;
  readonly sweep: Omit<Sweep, Younger> & Partial<Pick<Sweep, Younger>>;
  readonly metric: string;
  readonly compute: ComputeSpec | null;
  readonly timeout: string;
  /** Tried first: the champion's parameters. */
  readonly warmStart: Parameters | null;
  /** Of a sweep that began before it could be steered, and now continues as new. */
  readonly trials?: readonly Trial[];
  readonly rungs?: readonly RungReport[];
  /** Of a sweep that continues as new. */
  readonly carried?: SweepState;
}

/** All that a sweep knows, small enough to travel: of thousands of trials most lie in the object store. */
export interface SweepState {
  /** Number of the trial that starts next. */
  readonly next: number;
  readonly tally: Tally;
  /** Trials that are not in `parts`, in the order in which they ended. */
  readonly tail: readonly TrialRecord[];
  /** Object keys of the trials before, and how many there are. */
  readonly parts: readonly string[];
  readonly inParts: number;
  readonly best: TrainResult | null;
  readonly bestParameters: Parameters | null;
  /** As they stand after people have changed them. */
  readonly planned: number;
  readonly parallel: number;
  readonly paused: boolean;
  readonly startedAtMs: number;
  /** How long the sweeps took whose trials it has taken over; absent where there are none. */
  readonly earlierMs?: number;
  readonly pausedMs: number;
  readonly usd: number;
  /** What the first trials take: the champion's parameters, and the best of the last sweep. */
  readonly warm: readonly Parameters[];
  /** Object key of what earlier sweeps know; absent of sweeps that began before there was any. */
  readonly prior?: string | null;
  readonly rungs: readonly RungReport[];
  /** Trials that wait at a rung; absent of sweeps that began before any did. */
  readonly waiting?: readonly Waiting[];
}

export interface Trial {
  readonly trial: number;
  readonly parameters: Parameters;
  /** Null: the trial failed; the sampler is told that it was bad. */
  readonly value: number | null;
  readonly result: TrainResult | null;
  /** Why the trial failed. */
  readonly failure?: string;
  /** It fell behind at this step and was ended: its value is that of the step, and it cannot win. */
  readonly stoppedAt?: number;
}

export interface SweepResult {
  readonly best: TrainResult;
  /** Of a long sweep the latest; all of them are in its record. */
  readonly trials: readonly {
    readonly trial: number;
    readonly parameters: Parameters;
    readonly value: number | null;
    readonly stoppedAt?: number;
  }[];
  /** Absent of sweeps that ended before they were counted. */
  readonly counts?: { readonly finished: number; readonly failed: number; readonly endedEarly: number };
  /** Why it ended. */
  readonly ended?: string;
}

/** By its type alone, for the executions that it continues as. */
export type SweepWorkflow = (input: SweepInput) => Promise<SweepResult>;
