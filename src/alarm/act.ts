import type { Actor } from '../registry/actor.ts';
import type { AlarmRecord } from './alarm.ts';
import type { AlarmAction } from './book.ts';

export type Acted =
  | { readonly ok: true; readonly alarm: AlarmRecord; readonly event: string; readonly reason: string }
  /** The action has happened before: its repetition changes nothing. */
  | { readonly ok: true; readonly alarm: AlarmRecord; readonly event: null }
  | { readonly ok: false; readonly why: string };

/** What a person's word does to an alarm. */
export function act(alarm: AlarmRecord, action: AlarmAction, by: Actor, now: string): Acted {
  if (alarm.closedAt !== null)
    return action.kind === 'close'
      ? { ok: true, alarm, event: null }
      : { ok: false, why: `it closed at ${alarm.closedAt}` };
  switch (action.kind) {
    case 'acknowledge': {
      const { comment } = action;
      const known = alarm.acknowledged;
      if (known?.by.name === by.name && known.comment === comment) return { ok: true, alarm, event: null };
      const acknowledged = { by, at: now, comment };
      return { ok: true, alarm: { ...alarm, acknowledged }, event: 'alarm.acknowledged', reason: comment };
    }
    case 'snooze':
      return snooze(alarm, action, now);
    case 'close': {
      const closed = { ...alarm, closedAt: now, end: 'by-hand' } as const;
      return { ok: true, alarm: closed, event: 'alarm.closed', reason: action.reason };
    }
  }
}

function snooze(
  alarm: AlarmRecord,
  { until, reason }: { readonly until: string | null; readonly reason: string },
  now: string,
): Acted {
  const same = alarm.snoozedUntil === until;
  if (same) return { ok: true, alarm, event: null };
  if (until !== null && Date.parse(until) <= Date.parse(now)) return { ok: false, why: `${until} is past` };
  const event = until === null ? 'alarm.woken' : 'alarm.snoozed';
  return { ok: true, alarm: { ...alarm, snoozedUntil: until }, event, reason };
}
