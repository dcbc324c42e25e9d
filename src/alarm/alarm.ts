import type { Actor } from '../registry/actor.ts';
import type { Finding, FindingKind, Severity } from './finding.ts';

/** A finding as an alarm remembers it. */
export interface AlarmFinding extends Finding {
  /** `asOf` of the check that saw it first in this alarm. */
  readonly since: string;
}

/**
 * Why an alarm closed: enough clean checks in a row; a new champion, against which nothing was compared yet; a person; all of its
 * findings were muted; or the daily alarms of an earlier release were folded into one.
 */
export type AlarmEnd = 'clean' | 'new-champion' | 'by-hand' | 'muted' | 'folded';

export interface Acknowledgement {
  readonly by: Actor;
  readonly at: string;
  readonly comment: string;
}

/** What is wrong with a model in one respect, from the check that found it to its end: it opens and closes once. */
export interface AlarmRecord {
  readonly id: number;
  readonly model: string;
  readonly kind: FindingKind;
  /** The worst that it has been. */
  readonly severity: Severity;
  /** Of the last check that saw any, worst first; at most {@link keptFindings}. */
  readonly findings: readonly AlarmFinding[];
  /** How many there were, also those that are not kept. */
  readonly findingCount: number;
  /** One line for people: the worst finding, and how many more. */
  readonly summary: string;
  /** Data instant of the check that opened it. */
  readonly asOf: string;
  readonly openedAt: string;
  /** `asOf` of the last check that saw it. */
  readonly seenAsOf: string;
  /** `asOf` of the last check that could judge it, and how many in a row, up to that one, found nothing. */
  readonly judgedAsOf: string;
  readonly cleanChecks: number;
  /** Object-store key of the report that shows it: the last one that saw it. */
  readonly evidence: string;
  readonly acknowledged: Acknowledgement | null;
  /** It stays silent and starts no run until then. */
  readonly snoozedUntil: string | null;
  readonly closedAt: string | null;
  readonly end: AlarmEnd | null;
  /** The run that it led to. */
  readonly run: string | null;
}

export const keptFindings = 100;

/** Findings that open no alarm: of a column, of a code, or of that code of that column. */
export interface Mute {
  readonly model: string;
  /** Null: any column, and what belongs to none. */
  readonly column: string | null;
  /** Null: any code. */
  readonly code: string | null;
  /** Null: for ever. */
  readonly until: string | null;
  readonly by: Actor;
  readonly at: string;
  readonly reason: string;
}
