import type { Trigger } from '../registry/actor.ts';
import type { AlarmRecord } from './alarm.ts';
import type { Finding, FindingKind, Severity } from './finding.ts';

export type CheckVerdict = 'alarm' | 'quiet' | 'no-champion' | 'too-little-data';

/** What a check found, to be kept and to move the alarms of its model. */
export interface NewCheck {
  readonly model: string;
  /** The instant that the check looked back from. */
  readonly asOf: string;
  readonly verdict: CheckVerdict;
  readonly summary: string;
  /** Object-store key of the report; null when there was nothing to compare. */
  readonly evidence: string | null;
  /** The version whose data it was compared with. */
  readonly champion: number | null;
  /** From all parts of the check; infos are counted and open nothing. */
  readonly findings: readonly Finding[];
  /** Kinds that this check could judge: only these can become clean. */
  readonly judged: readonly FindingKind[];
  /** Compact figures for charts, by name ({@link ./measures.ts}). */
  readonly measures: Readonly<Record<string, number | null>>;
  /** Milliseconds by part of the check. */
  readonly durations: Readonly<Record<string, number>>;
  readonly trigger: Trigger;
  /** Names the execution: the same one that asks again is told again what it has moved. */
  readonly workflowId: string;
  readonly temporalRunId: string;
}

export type FindingCounts = Readonly<Partial<Record<FindingKind, Readonly<Partial<Record<Severity, number>>>>>>;

/** A check in a list. One row per model and asOf: a repetition replaces what the earlier one found. */
export interface CheckSummary
  extends Pick<NewCheck, 'model' | 'asOf' | 'verdict' | 'summary' | 'evidence' | 'champion' | 'trigger'> {
  readonly at: string;
  readonly findings: FindingCounts;
  readonly durations: Readonly<Record<string, number>>;
}

export interface CheckRecord extends CheckSummary {
  readonly judged: readonly FindingKind[];
  readonly measures: Readonly<Record<string, number | null>>;
}

/** What is to be done about one open alarm, by the policy of its kind. */
export interface Reaction {
  readonly alarm: number;
  readonly kind: FindingKind;
  /** 'answered': the run that it has led to is still open. */
  readonly action: 'ignore' | 'notify' | 'retrain' | 'answered' | 'cooling-down' | 'snoozed';
}

/** What a check has moved. Everything in it is small: texts of alarms are in the records. */
export interface CheckMoves {
  /** False: the check is older than the last one, or the champion has changed meanwhile. It is kept, and no alarm has moved. */
  readonly moved: boolean;
  /** Why not. */
  readonly why: string | null;
  readonly opened: readonly AlarmRecord[];
  /** Open before, and worse now. */
  readonly escalated: readonly AlarmRecord[];
  /** Open before, silent while snoozed, and still there now that the snooze is over. */
  readonly awoken: readonly AlarmRecord[];
  readonly closed: readonly AlarmRecord[];
  /** One for each open alarm that this check has seen. */
  readonly reactions: readonly Reaction[];
}
