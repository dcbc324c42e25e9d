import type {
  CheckResult,
  PendingApproval,
  RolloutProgress,
  RunProgress,
  SweepProgress,
} from '../../workflows/messages.ts';
import type { AlarmRecord, Mute } from '../alarm/alarm.ts';
import type { CheckRecord } from '../alarm/check-record.ts';
import type { FleetQueue } from '../compute/fleet.ts';
import type { MachineRecord } from '../compute/ledger.ts';
import type { ForceMark } from '../decision/overruled.ts';
import type { EvaluationReport } from '../evaluation/report.ts';
import type { CheckReport } from '../monitor/report.ts';
import type { PlanChange } from '../plan/diff.ts';
import type {
  Actor,
  EventRecord,
  LiveThen,
  ModelRecord,
  Route,
  RunRecord,
  VersionRecord,
} from '../registry/registry.ts';
import type { Reproduction } from '../reproduce/compare.ts';
import type { HoldbackReport } from '../rollout/holdback.ts';
import type { Observed } from '../rollout/observed.ts';
import type { RolloutLook } from '../rollout/report.ts';
import type { SweepRecord } from '../sweep/record.ts';
import type { AttemptRecord } from '../training/request.ts';

/** What the API answers: shared by server, client, CLI and console. Instants are ISO strings in UTC, shares lie in 0 to 1. */

export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  /** Commands that lead on, ready to paste. */
  readonly next?: readonly string[];
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface Health {
  readonly ok: boolean;
  readonly database: 'ok' | 'unreachable';
  readonly temporal: 'ok' | 'unreachable';
  readonly version: string;
  /** The server's clock, to be compared with one's own. */
  readonly at: string;
  readonly temporalUiUrl: string | null;
  readonly gatewayUrl: string | null;
}

export interface Applied {
  readonly model: string;
  readonly revision: number;
  /** False when the file says what was already applied. */
  readonly changed: boolean;
  readonly dryRun: boolean;
  /** A side on which there is nothing is absent. */
  readonly changes: readonly PlanChange[];
  readonly schedules: readonly { readonly id: string; readonly cron: string }[];
  /** Models of the segments, which were applied with it. */
  readonly segments: readonly string[];
}

export interface ModelSummary {
  readonly model: string;
  readonly owner: string | null;
  readonly task: string;
  readonly revision: number;
  readonly route: Route;
  readonly openAlarms: readonly AlarmRecord[];
  readonly lastRun: RunRecord | null;
  /** State of the open run, when there is one and its worker answers. */
  readonly runState: RunProgress['state'] | null;
  readonly approval: PendingApproval | null;
}

export interface ModelDetail extends ModelSummary {
  readonly record: ModelRecord;
  readonly versions: readonly VersionRecord[];
  readonly alarms: readonly AlarmRecord[];
  readonly runs: readonly RunRecord[];
}

export interface History {
  readonly model: string;
  readonly events: readonly EventRecord[];
  /** What answered at `at`, when it was asked. */
  readonly live: ({ readonly at: string } & LiveThen) | null;
}

export interface CheckStarted {
  readonly workflowId: string;
  readonly asOf: string;
  /** A check of the same instant was already running. */
  readonly joined: boolean;
  /** Only with `wait`. */
  readonly result: CheckResult | null;
}

export interface CheckDetail {
  readonly state: 'running' | 'done' | 'failed';
  /** Why it failed. */
  readonly failure: string | null;
  /** Of an execution that was asked for as it went on. */
  readonly result: CheckResult | null;
  readonly report: CheckReport | null;
  /** What the registry keeps of it. */
  readonly record: CheckRecord | null;
}

/** The alarms of a model, or of all, and what is muted. */
export interface AlarmList {
  readonly alarms: readonly AlarmRecord[];
  readonly mutes: readonly Mute[];
}

export interface Triggered {
  readonly source: string;
  readonly id: string | null;
  /** This message has been delivered before: nothing new was started. */
  readonly duplicate: boolean;
  readonly started: readonly {
    readonly model: string;
    readonly asOf: string;
    readonly workflowId: string;
    readonly joined: boolean;
  }[];
  /** Objects that belong to the data of no model, as bucket/key. */
  readonly unmatched: readonly string[];
}

export interface RunStarted {
  readonly model: string;
  readonly workflowId: string;
  readonly temporalRunId: string | null;
  readonly joined: boolean;
  /** `<model>-r<number>`; null while the workflow has not registered it yet (a second at most). */
  readonly run: string | null;
}

export interface Decision {
  readonly at: string;
  readonly run: string;
  readonly version: number | null;
  readonly kind: string;
  readonly verdict: string;
  readonly by: Actor;
  readonly reason: string;
  readonly evidence: unknown;
}

export interface RunDetail {
  readonly record: RunRecord;
  /** Live from the workflow while it is open, from the registry once it is closed or when no worker answers. */
  readonly progress: RunProgress;
  readonly source: 'workflow' | 'registry';
  readonly decisions: readonly Decision[];
  readonly evaluation: EvaluationReport | null;
  readonly versions: readonly VersionRecord[];
  /** Activities of the run itself that keep failing, machines of it that cannot be ended, and why. */
  readonly trouble: readonly string[];
  readonly temporalUrl: string | null;
}

/** Of a sweep that is under way its progress; once it has ended, all that it has learnt. */
export type SweepDetail =
  | { readonly progress: SweepProgress; readonly record: null }
  | { readonly progress: null; readonly record: SweepRecord };

export interface RunLogs {
  readonly run: string;
  readonly closed: boolean;
  /** All that match stage and trial, in the order in which they began. */
  readonly attempts: readonly AttemptRecord[];
  /** Whose text this is: the newest of them unless a label was given; null while none has begun. */
  readonly chosen: AttemptRecord | null;
  readonly text: string;
  /** Number of the last part in `text`; what to ask `after` for. */
  readonly last: number;
  /** There is more already. */
  readonly more: boolean;
}

export interface VersionDetail {
  readonly version: VersionRecord;
  /** Not empty: a person has pushed the version past gates that did not let it through. */
  readonly forced: readonly ForceMark[];
  readonly decisions: readonly Decision[];
  readonly evaluation: EvaluationReport | null;
  readonly events: readonly EventRecord[];
}

export interface ReproductionStarted {
  readonly model: string;
  readonly version: number;
  readonly workflowId: string;
}

/** Of the latest time that somebody had the version trained again. */
export interface ReproductionDetail {
  readonly state: 'running' | 'done' | 'failed';
  readonly result: Reproduction | null;
  readonly failure: string | null;
}

export interface RolloutStarted {
  readonly rollout: string;
  readonly model: string;
  readonly version: number;
  readonly workflowId: string;
}

export interface RolloutDetail {
  readonly progress: RolloutProgress;
  readonly look: RolloutLook | null;
  readonly open: boolean;
  /** Activities that keep failing, and why. */
  readonly trouble: readonly string[];
  readonly temporalUrl: string | null;
}

/** Null where nothing was held back and labelled. */
export interface HoldbackDetail {
  readonly model: string;
  readonly days: number;
  readonly report: HoldbackReport | null;
}

/** What a model's champion has answered lately; null where nothing is logged. */
export interface SeenTraffic {
  readonly model: string;
  readonly observed: Observed | null;
}

export interface MachineStanding extends MachineRecord {
  /** What it has cost by the server's clock and the price of its offer; of an ended one what was billed. */
  readonly soFar: { readonly seconds: number; readonly usd: number };
}

export interface Fleet {
  /** The server's clock. */
  readonly at: string;
  /** The control queue first. */
  readonly queues: readonly FleetQueue[];
  /** More trainings are open than were looked at: counts are at least so high. */
  readonly more: boolean;
}

export interface Said {
  readonly message: string;
}

/** A version that sees copies of all requests until it is taken off; since when and why, as the history tells it. */
export interface StandingShadow {
  readonly model: string;
  readonly version: number;
  readonly since: string | null;
  readonly by: EventRecord['actor'] | null;
  readonly reason: string | null;
}

/** A caller of a model, and what gateways have told of it. */
export interface ConsumerDetail {
  readonly model: string;
  readonly consumer: string;
  readonly hasKey: boolean;
  readonly requestsPerMinute: number | null;
  readonly requests: number;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
}

export interface ConsumerCreated {
  readonly model: string;
  readonly consumer: string;
  readonly requestsPerMinute: number | null;
  /** Shown this once: the server keeps only its hash. */
  readonly key: string;
}

export interface ConsumerRevoked {
  readonly model: string;
  readonly consumer: string;
  /** False where it had no key. */
  readonly revoked: boolean;
}

export interface TokenCreated {
  readonly name: string;
  readonly roles: readonly string[];
  /** Shown this once: the server keeps only its hash. */
  readonly token: string;
}
