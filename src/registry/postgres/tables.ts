import type { ColumnType, Generated } from 'kysely';
import type { Acknowledgement, AlarmEnd, AlarmFinding } from '../../alarm/alarm.ts';
import type { CheckVerdict, FindingCounts, NewCheck, Reaction } from '../../alarm/check-record.ts';
import type { FindingKind, Severity } from '../../alarm/finding.ts';
import type { Delegation } from '../../approval/delegation.ts';
import type { MachineEnd } from '../../compute/ledger.ts';
import type { Offer } from '../../compute/offer.ts';
import type { DecisionThreshold } from '../../evaluation/threshold.ts';
import type { NoticeRecord } from '../../notice/book.ts';
import type { CompiledPlan } from '../../plan/plan.ts';
import type { TrainingRecord } from '../../reproduce/record.ts';
import type { KeptTraining } from '../../stage-cache/book.ts';
import type { Ingredients } from '../../stage-cache/ingredients.ts';
import type { RolloutStanding } from '../moves.ts';
import type { Actor, NewVersion, RunOutcome, StageRecord, Trigger } from '../registry.ts';
import type { VersionState } from '../transitions.ts';

/** Written as text, read parsed. The columns are `json`, not `jsonb`: jsonb would reorder keys, and features have an order. */
type Json<T> = ColumnType<T, string, string>;
type Instant = ColumnType<Date, Date | string, Date | string>;
type MaybeInstant = ColumnType<Date | null, Date | string | null, Date | string | null>;

type MaybeJson<T> = ColumnType<T | null, string | null, string | null>;

interface ModelTable {
  model: string;
  planDigest: string;
  revision: number;
  plan: Json<CompiledPlan>;
  runCount: number;
  versionCount: number;
  updatedAt: Instant;
}

interface RunTable {
  run: string;
  model: string;
  number: number;
  workflowId: string;
  temporalRunId: string;
  trigger: Json<Trigger>;
  asOf: string;
  planDigest: string;
  startedAt: Instant;
  endedAt: MaybeInstant;
  outcome: RunOutcome | null;
  summary: string | null;
  version: number | null;
}

interface StageTable {
  run: string;
  stage: string;
  attempt: number;
  kind: string;
  state: StageRecord['state'];
  startedAt: Instant;
  endedAt: MaybeInstant;
  result: Json<unknown>;
}

interface SnapshotTable {
  id: string;
  model: string;
  run: string;
  key: string;
  manifest: Json<unknown>;
  createdAt: Instant;
}

interface VersionTable {
  model: string;
  version: number;
  segment: Generated<string>;
  run: string;
  candidate: string;
  artifact: string;
  artifactDigest: string;
  signature: Json<NewVersion['signature']>;
  snapshot: string;
  parameters: Json<NewVersion['parameters']>;
  /** bigint: arrives as text. */
  seed: ColumnType<string, number, number>;
  trainerMetrics: Json<NewVersion['trainerMetrics']>;
  environment: Json<NewVersion['environment']>;
  /** Null of versions that earlier releases have trained. */
  record: MaybeJson<TrainingRecord>;
  /** Null where the version does not decide between two classes, or nobody has chosen it. */
  threshold: MaybeJson<DecisionThreshold>;
  state: VersionState;
  metrics: ColumnType<Record<string, number | null> | null, string | null, string | null>;
  rev: Generated<number>;
  createdAt: Instant;
}

interface EvaluationTable {
  run: string;
  model: string;
  version: number;
  metrics: Json<Record<string, number | null>>;
  key: string;
  verdict: string;
  at: Instant;
}

interface DecisionTable {
  id: Generated<string>;
  digest: string;
  model: string;
  run: string;
  version: number | null;
  kind: string;
  verdict: string;
  actor: Json<Actor>;
  reason: string;
  evidence: Json<unknown>;
  at: Instant;
}

interface RolloutTable {
  model: string;
  rollout: string;
  version: number;
  state: RolloutStanding['state'];
  startedAt: Instant;
  endedAt: MaybeInstant;
}

interface RouteTable {
  model: string;
  segment: string;
  rev: number;
  stable: number | null;
  canary: number | null;
  weight: number;
  shadow: number | null;
  shadows: ColumnType<readonly number[], string | undefined, string>;
  rollout: string | null;
  leaseUntil: MaybeInstant;
  halted: string | null;
  changedAt: Instant;
}

interface EventTable {
  /** bigint: arrives as text. */
  id: Generated<string>;
  at: Instant;
  model: string;
  version: number | null;
  run: string | null;
  kind: string;
  actor: Json<Actor>;
  reason: string | null;
  details: Json<unknown>;
  key: string | null;
}

interface AlarmTable {
  id: Generated<number>;
  model: string;
  kind: FindingKind;
  severity: Severity;
  findings: Json<readonly AlarmFinding[]>;
  findingCount: number;
  summary: string;
  asOf: Instant;
  openedAt: Instant;
  seenAsOf: Instant;
  judgedAsOf: Instant;
  cleanChecks: number;
  evidence: string;
  acknowledged: MaybeJson<Acknowledgement>;
  snoozedUntil: MaybeInstant;
  closedAt: MaybeInstant;
  endedAs: AlarmEnd | null;
  /** Closed by hand, while its findings are still there. */
  hushes: Generated<boolean>;
  run: string | null;
}

interface CheckRecordTable {
  model: string;
  asOf: Instant;
  verdict: CheckVerdict;
  summary: string;
  evidence: string | null;
  champion: number | null;
  findings: Json<FindingCounts>;
  judged: Json<readonly FindingKind[]>;
  measures: Json<NewCheck['measures']>;
  durations: Json<NewCheck['durations']>;
  trigger: Json<Trigger>;
  /** Workflow and run that wrote the row last, and what they have moved. */
  execution: string;
  moves: Json<MovesTaken>;
  at: Instant;
}

/** CheckMoves with ids for alarms. */
export interface MovesTaken {
  readonly moved: boolean;
  readonly why: string | null;
  readonly opened: readonly number[];
  readonly escalated: readonly number[];
  readonly awoken: readonly number[];
  readonly closed: readonly number[];
  readonly reactions: readonly Reaction[];
}

interface MuteTable {
  model: string;
  columnName: string | null;
  code: string | null;
  until: MaybeInstant;
  actor: Json<Actor>;
  reason: string;
  at: Instant;
}

interface MessageTable {
  source: string;
  id: string;
  takenAt: Instant;
  /** Null while it is being answered. */
  answer: MaybeJson<unknown>;
}

interface DelegationTable {
  id: Generated<number>;
  role: string;
  holder: string;
  receiver: string;
  until: Instant;
  reason: string;
  actor: Json<Actor>;
  at: Instant;
  revoked: MaybeJson<NonNullable<Delegation['revoked']>>;
}

interface NoticeTable {
  key: string;
  event: string;
  word: NoticeRecord['on'];
  model: string;
  run: string | null;
  version: number | null;
  says: string;
  recipient: string;
  state: NoticeRecord['state'];
  attempts: number;
  why: string | null;
  evidence: string | null;
  linkSha256: string | null;
  linkUntil: MaybeInstant;
  takenAt: Instant;
  at: Instant;
}

interface ConsumerTable {
  model: string;
  consumer: string;
  firstSeen: MaybeInstant;
  lastSeen: MaybeInstant;
  sha256: string | null;
  requestsPerMinute: number | null;
  requests: Generated<number>;
}

interface TokenTable {
  name: string;
  sha256: string;
  roles: Json<string[]>;
}

interface MachineTable {
  machine: string;
  model: string;
  run: string;
  attempt: string;
  token: string;
  offer: Json<Offer>;
  launchedAt: Instant;
  runningAt: MaybeInstant;
  deadline: Instant;
  terminatedAt: MaybeInstant;
  endedAs: MachineEnd | null;
  billedSeconds: number | null;
  usd: number | null;
  wastedSeconds: number | null;
  stuckSince: MaybeInstant;
  stuckWhy: string | null;
}

interface LeaseTable {
  lease: string;
  /** Null: it was given back before it was ever taken. */
  run: string | null;
  usd: number;
  vcpus: number;
  takenAt: Instant;
  releasedAt: MaybeInstant;
}

interface StageCacheTable {
  key: string;
  model: string;
  /** Who has made it, or is making it. */
  run: string;
  stage: string;
  ingredients: Json<Ingredients>;
  claimedAt: Instant;
  /** Null with `kept` while it is being made. */
  madeAt: MaybeInstant;
  kept: MaybeJson<KeptTraining>;
}

interface AvoidedPoolTable {
  pool: string;
  until: Instant;
  why: string;
}

/** The tables that this adapter reads and writes; columns are snake_case in SQL. */
export interface Tables {
  model: ModelTable;
  run: RunTable;
  stage: StageTable;
  snapshot: SnapshotTable;
  version: VersionTable;
  evaluation: EvaluationTable;
  decision: DecisionTable;
  rollout: RolloutTable;
  route: RouteTable;
  event: EventTable;
  alarm: AlarmTable;
  checkRecord: CheckRecordTable;
  mute: MuteTable;
  message: MessageTable;
  delegation: DelegationTable;
  notice: NoticeTable;
  consumer: ConsumerTable;
  token: TokenTable;
  machine: MachineTable;
  lease: LeaseTable;
  avoidedPool: AvoidedPoolTable;
  stageCache: StageCacheTable;
}
