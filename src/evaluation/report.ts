import type { Difference } from '../differential/difference.ts';
import type { Leak } from '../leakage/leak.ts';
import type { LoadResult } from '../load-test/load-test.ts';
import type { GateEntry } from '../plan/schema.ts';
import type { ModelPicture } from './pictures.ts';

export type Verdict = 'pass' | 'fail' | 'inconclusive';

export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly confidence: number;
}

export interface GateResult {
  /** How a person names it: "auc ≥ 0.65", "auc vs champion ≥ +0.002", "auc vs champion ≥ −0.01 in origin=EWR". */
  readonly name: string;
  readonly gate: GateEntry;
  readonly verdict: Verdict;
  readonly value: number | null;
  readonly threshold: string;
  readonly interval: Interval | null;
  readonly n: number;
  /** "would pass at ≥ 0.712"; empty when it passed. */
  readonly counterfactual: string;
  /** Rows with which the same difference would pass; only where that is why it is inconclusive. */
  readonly rowsNeeded?: number;
  /** What else helps to understand the value: which groups lie furthest apart. */
  readonly note?: string;
  /** With value, interval and n all that the verdict follows from; absent of combinations, and of reports by earlier releases. */
  readonly basis?: GateBasis;
  /** Of "any" and "all": each of their conditions. */
  readonly parts?: readonly GateResult[];
}

/** What a verdict was given on, beside the figures of its result. */
export interface GateBasis {
  readonly kind: 'bounds' | 'versus';
  /** False when the model failed on rows. */
  readonly answered: boolean;
  readonly tooLittle: string | null;
  readonly champion: 'none' | 'silent' | 'present';
  /** The difference itself decides: there is no interval of it. */
  readonly measuredExactly: boolean;
  readonly needsChampion: boolean;
  readonly direction: 'higher' | 'lower';
}

export interface Comparison {
  readonly metric: string;
  readonly challenger: number | null;
  readonly champion: number | null;
  /** Challenger minus champion. */
  readonly difference: number | null;
  readonly interval: Interval | null;
}

export interface SliceResult {
  readonly column: string;
  readonly value: string;
  readonly n: number;
  readonly comparisons: readonly Comparison[];
}

export interface ServingResult {
  /** Null of a version that no gateway serves. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Rows that the model failed to answer, out of `rows`. */
  readonly errors: number;
  readonly rows: number;
  readonly firstError: string | null;
  /** Of the file that is served; absent of reports by earlier releases. */
  readonly modelBytes?: number;
  /** Absent where its ONNX file has answered. */
  readonly scoredBy?: 'predict-command';
}

/** Where a candidate is worst, found by looking through columns and pairs of them. */
export interface WorstSlice {
  readonly where: readonly { readonly column: string; readonly value: string }[];
  /** Worse than the champion there, or than the candidate's own mean. */
  readonly against: 'champion' | 'itself';
  readonly n: number;
  /** Mean log loss (classification) or squared error (regression) beyond that. */
  readonly extraLoss: number;
  /** Holds for all slices that were looked at together. */
  readonly interval: Interval;
  /** The primary metric there. */
  readonly metric: string;
  readonly challenger: number | null;
  readonly champion: number | null;
}

/** Rows that only one of challenger and champion answers rightly, and McNemar's test of their balance. */
export interface LabelSwitches {
  readonly onlyChallenger: number;
  readonly onlyChampion: number;
  /** As if rows were independent of one another. */
  readonly exactP: number;
  /** With blocks of time kept whole; null where they are too few. */
  readonly blockP: number | null;
}

/** A version that is shown and never wins. */
export interface OtherVersion {
  readonly version: number;
  readonly yesFrom?: number;
  readonly metrics: Readonly<Record<string, number | null>>;
  /** Against the champion; "challenger" is this version. */
  readonly comparisons: readonly Comparison[];
}

/** Every version on the rows that stay the same from run to run. */
export interface StandardReport {
  /** Of the rows' content. */
  readonly id: string;
  readonly rows: number;
  readonly from: string;
  readonly to: string;
  readonly versions: readonly {
    readonly version: number;
    readonly metrics: Readonly<Record<string, number | null>>;
    /** Share of the rows from the days that the version was trained on: its metrics flatter it there. */
    readonly seenInTraining: number | null;
  }[];
}

export interface CandidateEvaluation {
  readonly candidate: string;
  readonly version: number;
  /** Its own decision threshold, by which all of this is measured. Absent: a half, as in all reports by earlier releases. */
  readonly yesFrom?: number;
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly trainerMetrics: Readonly<Record<string, number>>;
  readonly comparisons: readonly Comparison[];
  readonly slices: readonly SliceResult[];
  /** Absent where they were not looked for. */
  readonly worstSlices?: readonly WorstSlice[];
  /** Of classifications with a champion. */
  readonly labelSwitches?: LabelSwitches;
  readonly serving: ServingResult;
  readonly gates: readonly GateResult[];
  readonly verdict: Verdict;
}

/** What was looked at besides the metrics of the hold-out. */
export interface BesideReport {
  /** Reasons why the figures may be too good to be true, and changes of the data's shape. */
  readonly leaks: readonly Leak[];
  /** What each candidate answers otherwise than the champion. */
  readonly differences: readonly {
    readonly version: number;
    readonly over: 'holdout' | 'requests';
    readonly difference: Difference;
  }[];
  /** Under the same load, candidates and champion; empty where the plan asks for none. */
  readonly load: readonly LoadResult[];
  /** Versions that a load was asked for and no gateway can serve; absent where there are none. */
  readonly notLoaded?: readonly number[];
}

/** The evidence of a decision: stored once, shown everywhere, never recomputed. */
export interface EvaluationReport {
  readonly model: string;
  readonly run: string;
  readonly snapshot: string;
  readonly holdoutRows: number;
  readonly champion: {
    /** Of another model: the global one, which answers for a segment that has no champion of its own yet. */
    readonly model?: string;
    readonly version: number;
    readonly yesFrom?: number;
    readonly metrics: Readonly<Record<string, number | null>>;
  } | null;
  readonly candidates: readonly CandidateEvaluation[];
  /** Versions that the plan names beside the champion. */
  readonly others?: readonly OtherVersion[];
  readonly standard?: StandardReport;
  /** Absent of reports by earlier releases. */
  readonly beside?: BesideReport;
  /** The passing candidate with the best primary metric. */
  readonly winner: { readonly candidate: string; readonly version: number } | null;
  /** Curves of every version that was scored; absent of reports by earlier releases. */
  readonly pictures?: readonly ModelPicture[];
}
