import type { AlarmRecord } from './alarm.ts';
import type { CheckMoves, Reaction } from './check-record.ts';

export interface Notice {
  readonly on: 'alarm' | 'alarm-closed';
  readonly text: string;
}

/** What people are told of a check: an alarm once when it opens, once when it gets worse, once when it closes. */
export function noticesOf({ opened, escalated, awoken, closed, reactions }: CheckMoves): readonly Notice[] {
  const silent = reactions.filter(({ action }) => action === 'ignore' || action === 'snoozed');
  const heard = ({ id }: AlarmRecord) => !silent.some(({ alarm }) => alarm === id);
  const alarm = (words: string) => (record: AlarmRecord) =>
    ({ on: 'alarm', text: `${alarmName(record)} ${words}: ${record.summary}` }) as const;
  return [
    ...opened.filter(heard).map(alarm('opened')),
    ...escalated.filter(heard).map(alarm('got worse')),
    ...awoken.filter(heard).map(alarm('is still open after its snooze')),
    ...closed.map((record) => ({ on: 'alarm-closed', text: `${alarmName(record)} closed` }) as const),
  ];
}

/** The strongest of the reactions: one run answers all alarms of a model. */
export function strongest(reactions: readonly Reaction[]): Reaction['action'] {
  const order = ['retrain', 'answered', 'cooling-down', 'notify', 'snoozed'] as const;
  return order.find((action) => reactions.some((reaction) => reaction.action === action)) ?? 'ignore';
}

/** "critical drift alarm 12 of flight-delay" */
function alarmName({ id, model, kind, severity }: AlarmRecord): string {
  return `${severity === 'critical' ? 'critical ' : ''}${kind} alarm ${id} of ${model}`;
}
