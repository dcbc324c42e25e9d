import type { Actor } from '../registry/actor.ts';
import type { AlarmRecord, Mute } from './alarm.ts';
import type { CheckMoves, CheckRecord, CheckSummary, NewCheck } from './check-record.ts';

/** What a person may do to an open alarm; each is an event with its actor. */
export type AlarmAction =
  | { readonly kind: 'acknowledge'; readonly comment: string }
  /** Silent until an instant of the future; null wakes it. */
  | { readonly kind: 'snooze'; readonly until: string | null; readonly reason: string }
  /** Its findings open no new one until they get worse, others join them, or enough checks in a row were clean. */
  | { readonly kind: 'close'; readonly reason: string };

/** Port: checks and the alarms that they open and close. Part of the registry. */
export interface AlarmBook {
  /**
   * Keeps the check and moves the alarms of its model by `decideAlarms`, in one transaction with the events. The same execution
   * (workflowId, temporalRunId) that asks again is given what it has moved the first time; another one of the same `asOf`
   * replaces the record, and moves only what is different now; one of an earlier `asOf` moves nothing.
   *
   * @throws PRN-REGISTRY-001 unknown model
   */
  recordCheck(check: NewCheck): Promise<CheckMoves>;
  /** By asOf, newest first, at most 50 unless told; only those before `before`. */
  checks(model: string, page?: { readonly before?: string; readonly limit?: number }): Promise<readonly CheckSummary[]>;
  /** Null: no check of this instant is kept. */
  checkRecord(model: string, asOf: string): Promise<CheckRecord | null>;
  /** The newest of every model. */
  lastChecks(): Promise<readonly CheckRecord[]>;

  /** Newest first, at most 200 unless told; of one model or of all; `open`: only those that are. */
  alarms(filter: {
    readonly model?: string;
    readonly open?: boolean;
    readonly limit?: number;
  }): Promise<readonly AlarmRecord[]>;
  /** @throws PRN-REGISTRY-006 unknown alarm */
  alarm(alarm: number): Promise<AlarmRecord>;
  /** @throws PRN-REGISTRY-006 unknown alarm · PRN-REGISTRY-014 it is closed, or cannot be done */
  actOnAlarm(alarm: number, action: AlarmAction, by: Actor): Promise<AlarmRecord>;
  /** The run answers the open alarms of its model that no run answers yet. */
  linkAlarms(model: string, run: string): Promise<void>;

  /** At least one of column and code; muting the same again replaces until and reason. Open alarms forget what is muted. */
  mute(mute: Omit<Mute, 'at'>): Promise<Mute>;
  /** @throws PRN-REGISTRY-015 there is no such mute */
  unmute(unmuted: Pick<Mute, 'model' | 'column' | 'code' | 'by' | 'reason'>): Promise<void>;
  /** Those in force, by column and code. */
  mutes(model: string): Promise<readonly Mute[]>;
}
