import type { AlarmRecord } from '../../alarm/alarm.ts';
import type { CheckMoves, NewCheck, Reaction } from '../../alarm/check-record.ts';
import { type AlarmMove, decideAlarms } from '../../alarm/decide.ts';
import { type Circumstances, reactionTo } from '../../alarm/policy.ts';
import { durationMs } from '../../plan/duration.ts';
import type { Actor } from '../actor.ts';
import { alarmRecord, insertAlarm, saveAlarm } from './alarm-rows.ts';
import type { CheckContext } from './check-context.ts';
import { iso } from './instants.ts';
import type { Unit } from './store.ts';

export const checking: Actor = { name: 'perennial', via: 'check' };

/** Writes what the check moves, with an event for every change of state. */
export async function moveAlarms(
  unit: Unit,
  { standing }: CheckContext,
  check: NewCheck,
): Promise<Omit<CheckMoves, 'reactions'>> {
  const decision = decideAlarms(standing, check);
  if (!decision.moved) return { moved: false, why: decision.why, opened: [], escalated: [], awoken: [], closed: [] };
  const done: Record<AlarmMove['move'], AlarmRecord[]> = {
    ...{ open: [], keep: [], escalate: [], awake: [], close: [], hush: [] },
  };
  for (const move of decision.moves) done[move.move].push(await write(unit, move));
  const { open: opened, escalate: escalated, awake: awoken, close: closed } = done;
  for (const alarm of opened) tell(unit, alarm, 'alarm.opened', alarm.summary);
  for (const alarm of escalated) tell(unit, alarm, 'alarm.escalated', alarm.summary);
  for (const alarm of awoken) tell(unit, alarm, 'alarm.woken', 'the snooze is over');
  for (const alarm of closed) tell(unit, alarm, 'alarm.closed', `${alarm.cleanChecks} checks in a row found nothing`);
  return { moved: true, why: null, opened, escalated, awoken, closed };
}

async function write(unit: Unit, move: AlarmMove): Promise<AlarmRecord> {
  if (move.move === 'open') return await insertAlarm(unit, move.alarm);
  return await saveAlarm(unit, move.alarm, move.move === 'hush' && move.hushes);
}

export function tell(
  unit: Unit,
  alarm: AlarmRecord,
  event: string,
  reason: string,
  by: Actor = checking,
  run?: string,
): void {
  const { id, model, kind, severity, asOf, seenAsOf, evidence, end } = alarm;
  const details = { alarm: id, kind, severity, asOf, seenAsOf, evidence, ...(end === null ? {} : { end }) };
  unit.record({ model, run, kind: event, by, reason, details });
}

/** Of the alarms that are open after this check and that it has seen. */
export async function reactions(
  { db, at }: Unit,
  { check: spec }: CheckContext,
  { model, asOf }: NewCheck,
): Promise<readonly Reaction[]> {
  const seen = await db
    .selectFrom('alarm')
    .selectAll()
    .where('model', '=', model)
    .where('closedAt', 'is', null)
    .where('seenAsOf', '=', new Date(asOf))
    .where('cleanChecks', '=', 0)
    .orderBy('id')
    .execute();
  if (seen.length === 0) return [];
  const runs = await recentRuns(db, model);
  const circumstances: Circumstances = {
    onAlarm: spec?.onAlarm ?? 'notify',
    coolingDown: runs.some((run) => coolsDown(run, asOf, durationMs(spec?.cooldown ?? '0s'))),
    openRuns: runs.filter(({ endedAt }) => endedAt === null).map(({ run }) => run),
    now: iso(at),
  };
  return seen.map((row) => reactionTo(alarmRecord(row), circumstances));
}

function recentRuns(db: Unit['db'], model: string) {
  return db
    .selectFrom('run')
    .select(['run', 'trigger', 'asOf', 'endedAt'])
    .where('model', '=', model)
    .orderBy('number', 'desc')
    .limit(50)
    .execute();
}

type RecentRun = Awaited<ReturnType<typeof recentRuns>>[number];

/** The cooldown counts in the time of the data, so that past days can be replayed. */
function coolsDown({ trigger, asOf, endedAt }: RecentRun, now: string, cooldownMs: number): boolean {
  const at = Date.parse(asOf);
  return trigger.kind === 'alarm' && endedAt !== null && at > Date.parse(now) - cooldownMs && at <= Date.parse(now);
}
