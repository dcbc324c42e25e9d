import type { AlarmBook } from '../alarm/book.ts';
import type { DelegationBook } from '../approval/delegation.ts';
import type { MachineBooks } from '../compute/ledger.ts';
import type { DecisionThreshold } from '../evaluation/threshold.ts';
import type { Signature } from '../gateway/predictor.ts';
import type { NoticeBook } from '../notice/book.ts';
import type { CompiledPlan } from '../plan/plan.ts';
import type { TrainingRecord } from '../reproduce/record.ts';
import type { StageCacheBook } from '../stage-cache/book.ts';
import type { Actor, Trigger } from './actor.ts';
import type { ConsumerBook } from './consumer-book.ts';
import type { MessageBook } from './message-book.ts';
import type { VersionState } from './transitions.ts';

export type { Actor, Trigger } from './actor.ts';

export interface ModelRecord {
  readonly model: string;
  readonly planDigest: string;
  /** Counts how often the model file has changed. */
  readonly revision: number;
  readonly plan: CompiledPlan;
  readonly updatedAt: string;
}

export type RunOutcome =
  | 'promoted'
  | 'completed'
  | 'rejected'
  | 'rolled-back'
  | 'nothing-better'
  | 'failed'
  | 'cancelled'
  | 'smoke-passed'
  | 'smoke-failed';

export interface RunRecord {
  /** `<model>-r<number>`, the word for a run everywhere that people look. */
  readonly run: string;
  readonly model: string;
  readonly workflowId: string;
  readonly temporalRunId: string;
  readonly trigger: Trigger;
  readonly asOf: string;
  readonly planDigest: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly outcome: RunOutcome | null;
  readonly summary: string | null;
  /** The version that the run decided on, promoted or not. */
  readonly version: number | null;
}

export interface StageRecord {
  readonly run: string;
  readonly stage: string;
  readonly kind: string;
  readonly state: 'running' | 'passed' | 'failed' | 'skipped';
  readonly attempt: number;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Small: references and headline figures; large things lie in the object store. */
  readonly result: unknown;
}

export interface NewVersion {
  readonly model: string;
  readonly run: string;
  /** Name of the train stage. (run, candidate) names a version: adding it twice returns the first. */
  readonly candidate: string;
  /** Object-store prefix with model.onnx, metrics.json and the trainer's files. */
  readonly artifact: string;
  readonly artifactDigest: string;
  readonly signature: Signature;
  readonly snapshot: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly seed: number;
  /** What the trainer said of itself: shown, never trusted. */
  readonly trainerMetrics: Readonly<Record<string, number>>;
  /** Digests of trainer code and environment: with snapshot, parameters and seed they reproduce the version. */
  readonly environment: Readonly<Record<string, string>>;
  /** Null or absent where nobody has kept it. */
  readonly record?: TrainingRecord | null;
}

export interface VersionRecord extends NewVersion {
  readonly version: number;
  readonly state: VersionState;
  readonly createdAt: string;
  /** Metrics of the platform's own evaluation, once there is one. */
  readonly metrics: Readonly<Record<string, number | null>> | null;
  /** From which probability on it says yes; null or absent where it does not, or nobody has chosen it. */
  readonly threshold?: DecisionThreshold | null;
  readonly rev: number;
}

/** What a gateway needs to answer for one model: one row per model and segment, changed only with `rev`. */
export interface Route {
  readonly model: string;
  readonly segment: string;
  readonly rev: number;
  readonly stable: number | null;
  readonly canary: number | null;
  /** Share of requests that the canary answers, 0 to 1. */
  readonly weight: number;
  readonly shadow: number | null;
  /** Versions that see copies whatever rollouts do, until they are taken off. Absent: none. */
  readonly shadows?: readonly number[];
  /** Rollout that owns canary and shadow; salts the split. */
  readonly rollout: string | null;
  /** After this instant gateways give everything to the stable version. */
  readonly leaseUntil: string | null;
  /** Set by a gateway that dropped the canary by itself: why. */
  readonly halted: string | null;
}

export interface EventRecord {
  readonly id: number;
  readonly at: string;
  readonly model: string;
  readonly version: number | null;
  readonly run: string | null;
  /** E.g. `version.stable`, `route.weight`, `alarm.opened`, `approval.refused`. */
  readonly kind: string;
  readonly actor: Actor;
  readonly reason: string | null;
  readonly details: unknown;
}

/** Who answered at an instant, since when, and by whose doing; nobody had when nothing was live yet. */
export interface LiveThen
  extends Pick<Route, 'stable' | 'canary' | 'weight' | 'shadow' | 'shadows' | 'rollout' | 'halted'> {
  readonly since: string | null;
  readonly by: Actor | null;
  readonly reason: string | null;
}

/** Says that the row has moved on since it was read; the caller re-reads and decides again. */
export type Moved<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: string; readonly current: Route };

/** Port. Every move is one transaction: `UPDATE ... WHERE rev = expected` plus an event row. All writes are idempotent by their natural key. */
export interface Registry
  extends ConsumerBook,
    AlarmBook,
    MachineBooks,
    MessageBook,
    StageCacheBook,
    DelegationBook,
    NoticeBook {
  applyModel(plan: CompiledPlan, by: Actor): Promise<{ readonly revision: number; readonly changed: boolean }>;
  /** @throws PRN-REGISTRY-001 unknown model */
  model(model: string): Promise<ModelRecord>;
  models(): Promise<ModelRecord[]>;

  /** Idempotent by (workflowId, temporalRunId). */
  openRun(
    run: Pick<RunRecord, 'model' | 'workflowId' | 'temporalRunId' | 'trigger' | 'asOf' | 'planDigest'>,
  ): Promise<RunRecord>;
  /** `version`: what the run decided on, promoted or not. */
  closeRun(run: string, outcome: RunOutcome, summary: string, version?: number | null): Promise<void>;
  /** Newest first, at most 50 unless told. */
  runs(model: string, limit?: number): Promise<RunRecord[]>;
  run(run: string): Promise<RunRecord>;
  /** Of all models. */
  openRuns(): Promise<RunRecord[]>;
  /** All or none, each attempt of a stage at most once. Times are those of the write where the caller has none. */
  recordStages(
    run: string,
    stages: readonly (Pick<StageRecord, 'stage' | 'kind' | 'state' | 'attempt' | 'result'> &
      Partial<Pick<StageRecord, 'startedAt' | 'endedAt'>>)[],
  ): Promise<void>;
  /** The latest attempt of each stage, in the order in which the stages first started. */
  stages(run: string): Promise<StageRecord[]>;

  addSnapshot(snapshot: {
    readonly id: string;
    readonly model: string;
    readonly run: string;
    readonly key: string;
    readonly manifest: unknown;
  }): Promise<void>;
  addVersion(version: NewVersion): Promise<VersionRecord>;
  version(model: string, version: number): Promise<VersionRecord>;
  /** Newest first. */
  versions(model: string): Promise<VersionRecord[]>;
  /**
   * candidate -> challenger, candidate/challenger -> rejected and the like: moves that touch no route. Repeating a move is a no-op. Gates that
   * judge again may take rejected -> challenger, unless an approval has turned the version down.
   *
   * @throws PRN-REGISTRY-004 for any other move
   */
  moveVersion(move: {
    readonly model: string;
    readonly version: number;
    readonly to: VersionState;
    readonly by: Actor;
    readonly reason: string;
    readonly run?: string;
  }): Promise<VersionRecord>;
  /** How a version decides, chosen on its validation rows. The same choice again is a no-op. */
  setThreshold(choice: {
    readonly model: string;
    readonly version: number;
    readonly run: string;
    readonly threshold: DecisionThreshold;
  }): Promise<void>;
  recordEvaluation(evaluation: {
    readonly run: string;
    readonly model: string;
    readonly version: number;
    readonly metrics: Readonly<Record<string, number | null>>;
    readonly key: string;
    readonly verdict: string;
  }): Promise<void>;
  recordDecision(decision: {
    readonly run: string;
    readonly model: string;
    readonly version: number | null;
    readonly kind: 'gates' | 'approval' | 'rollout' | 'override';
    readonly verdict: string;
    readonly by: Actor;
    readonly reason: string;
    readonly evidence: unknown;
  }): Promise<void>;
  /** In the order in which they were taken. */
  decisions(
    model: string,
    run?: string,
  ): Promise<
    readonly {
      readonly at: string;
      readonly run: string;
      readonly version: number | null;
      readonly kind: string;
      readonly verdict: string;
      readonly by: Actor;
      readonly reason: string;
      readonly evidence: unknown;
    }[]
  >;

  /**
   * A model without a stable version has a route with `stable: null` and rev 0. Every move of a route takes `expectedRev`, the
   * revision that its caller decided on: when the route has moved on since, the move is refused.
   */
  route(model: string): Promise<Route>;
  routes(): Promise<Route[]>;
  /** The first version that passed becomes stable without a rollout; refused when there is a stable version already. */
  promoteFirst(move: {
    readonly model: string;
    readonly version: number;
    readonly run: string;
    readonly by: Actor;
    readonly reason: string;
    readonly expectedRev?: number;
  }): Promise<Moved<Route>>;
  /**
   * Starts or changes a rollout: version in `shadow` or `canary` with `weight`; moves the version's state with it.
   * Refused when another rollout owns the route. `force` allows a rejected version. Where nothing is stable, `standIn` becomes it for as long
   * as the rollout lasts: a version that stands in for the champion of a segment's global model.
   */
  setRollout(move: {
    readonly model: string;
    readonly version: number;
    readonly rollout: string;
    readonly phase: 'shadow' | 'canary';
    readonly weight: number;
    readonly leaseUntil: string;
    readonly by: Actor;
    readonly reason: string;
    readonly force?: boolean;
    readonly standIn?: number;
    readonly expectedRev?: number;
  }): Promise<Moved<Route>>;
  /** Only the lease, no event row. */
  renewLease(model: string, rollout: string, leaseUntil: string): Promise<Moved<Route>>;
  /**
   * Canary becomes stable, the old stable becomes deprecated. Idempotent per rollout. `bakeUntil`: the rollout keeps the route with a
   * lease until then, and the old version stays on it as the shadow of the new one.
   */
  promote(move: {
    readonly model: string;
    readonly version: number;
    readonly rollout: string;
    readonly by: Actor;
    readonly reason: string;
    readonly expectedRev?: number;
    readonly bakeUntil?: string | null;
  }): Promise<Moved<Route>>;
  /** The bake is over: the old version leaves the route (`keep`), or becomes stable again and the new one failed (`restore`). Idempotent. */
  endBake(move: {
    readonly model: string;
    readonly version: number;
    readonly rollout: string;
    readonly how: 'keep' | 'restore';
    readonly by: Actor;
    readonly reason: string;
    readonly expectedRev?: number;
  }): Promise<Moved<Route>>;
  /** Canary or shadow leaves the route and becomes failed (or `to`). Idempotent per rollout. */
  withdraw(move: {
    readonly model: string;
    readonly version: number;
    readonly rollout: string;
    readonly to: 'failed' | 'rejected' | 'challenger';
    readonly by: Actor;
    readonly reason: string;
    readonly expectedRev?: number;
  }): Promise<Moved<Route>>;
  /**
   * Stable goes back to an earlier version (the one deprecated last, or `to`); the present one becomes failed. A rollout under
   * way ends, its version is a challenger again. Only with `to` or `expectedRev` is a repetition harmless.
   */
  rollBack(move: {
    readonly model: string;
    readonly to?: number;
    readonly by: Actor;
    readonly reason: string;
    readonly expectedRev?: number;
  }): Promise<Moved<Route>>;
  /**
   * A version sees copies of all requests (`add`), beside any rollout and without a lease, until it is taken off (`remove`) or becomes
   * stable. Its state stays what it is. Refused for the stable version, and beyond {@link mostShadows}.
   */
  setShadow(move: {
    readonly model: string;
    readonly version: number;
    readonly how: 'add' | 'remove';
    readonly by: Actor;
    readonly reason: string;
    readonly expectedRev?: number;
  }): Promise<Moved<Route>>;
  /** A gateway dropped the canary by itself (hard floor): weight 0 and the reason, in the route. */
  haltRollout(model: string, rollout: string, reason: string, by: Actor): Promise<void>;

  addEvent(event: {
    readonly model: string;
    readonly version?: number;
    readonly run?: string;
    readonly kind: string;
    readonly by: Actor;
    readonly reason?: string;
    readonly details?: unknown;
    /** A second event of the model with the same key is dropped. */
    readonly key?: string;
  }): Promise<void>;
  /** Newest first, at most 100 unless told; only those with an id above `after`, until an instant, or of one version. */
  events(
    model: string,
    options?: { readonly limit?: number; readonly after?: number; readonly until?: string; readonly version?: number },
  ): Promise<EventRecord[]>;
  /** What was live at an instant, from the events alone. */
  liveAt(model: string, at: string): Promise<LiveThen>;

  /** Tokens are stored as sha256. Idempotent by name: a second call replaces hash and roles. */
  saveToken(token: {
    readonly name: string;
    readonly sha256: string;
    readonly roles: readonly string[];
  }): Promise<void>;
  findToken(sha256: string): Promise<{ readonly name: string; readonly roles: readonly string[] } | null>;
  close(): Promise<void>;
}
