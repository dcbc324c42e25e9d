import type { AlarmRecord } from './alarm.ts';
import type { Reaction } from './check-record.ts';
import type { FindingKind } from './finding.ts';

export type AlarmPolicy = 'ignore' | 'notify' | 'retrain';

/** What the alarm meets beside its policy. */
export interface Circumstances {
  /** By kind, where the model file tells kinds apart. */
  readonly onAlarm: AlarmPolicy | Readonly<Partial<Record<FindingKind, AlarmPolicy>>>;
  /** A run that an alarm had started has ended only lately. */
  readonly coolingDown: boolean;
  readonly openRuns: readonly string[];
  readonly now: string;
}

/** What is to be done about an alarm that a check has just seen. */
export function reactionTo(alarm: AlarmRecord, circumstances: Circumstances): Reaction {
  return { alarm: alarm.id, kind: alarm.kind, action: actionFor(alarm, circumstances) };
}

function actionFor({ kind, snoozedUntil, run }: AlarmRecord, circumstances: Circumstances): Reaction['action'] {
  const { coolingDown, openRuns, now } = circumstances;
  if (snoozedUntil !== null && Date.parse(snoozedUntil) > Date.parse(now)) return 'snoozed';
  const policy = policyFor(circumstances.onAlarm, kind);
  if (policy !== 'retrain') return policy;
  if (run !== null && openRuns.includes(run)) return 'answered';
  return coolingDown ? 'cooling-down' : 'retrain';
}

/** Kinds that the file leaves out are told. */
export function policyFor(onAlarm: Circumstances['onAlarm'], kind: FindingKind): AlarmPolicy {
  return typeof onAlarm === 'string' ? onAlarm : (onAlarm[kind] ?? 'notify');
}
