import type { Insertable, Selectable } from 'kysely';
import type { AlarmRecord, Mute } from '../../alarm/alarm.ts';
import { PerennialError } from '../../errors/error.ts';
import { iso, isoOrNull } from './instants.ts';
import type { Store, Unit } from './store.ts';
import type { Tables } from './tables.ts';

type Db = Parameters<Parameters<Store['read']>[0]>[0];

export function alarmRecord(row: Selectable<Tables['alarm']>): AlarmRecord {
  const { asOf, openedAt, seenAsOf, judgedAsOf, snoozedUntil, closedAt, endedAs: end, hushes: _, ...rest } = row;
  return {
    ...rest,
    end,
    asOf: iso(asOf),
    openedAt: iso(openedAt),
    seenAsOf: iso(seenAsOf),
    judgedAsOf: iso(judgedAsOf),
    snoozedUntil: isoOrNull(snoozedUntil),
    closedAt: isoOrNull(closedAt),
  };
}

/** Everything of an alarm that can change. */
export function alarmValues({ id: _, model: __, end, findings, acknowledged, ...rest }: AlarmRecord) {
  return {
    ...rest,
    endedAs: end,
    findings: JSON.stringify(findings),
    acknowledged: acknowledged === null ? null : JSON.stringify(acknowledged),
  };
}

export async function insertAlarm({ db }: Unit, alarm: Omit<AlarmRecord, 'id'>): Promise<AlarmRecord> {
  const values: Insertable<Tables['alarm']> = { ...alarmValues({ ...alarm, id: 0 }), model: alarm.model };
  const { id } = await db.insertInto('alarm').values(values).returning('id').executeTakeFirstOrThrow();
  return { ...alarm, id };
}

export async function saveAlarm({ db }: Unit, alarm: AlarmRecord, hushes = false): Promise<AlarmRecord> {
  await db
    .updateTable('alarm')
    .set({ ...alarmValues(alarm), hushes })
    .where('id', '=', alarm.id)
    .execute();
  return alarm;
}

export function muteRecord({ columnName: column, until, actor: by, at, ...row }: Selectable<Tables['mute']>): Mute {
  return { ...row, column, by, until: isoOrNull(until), at: iso(at) };
}

/** @throws PRN-REGISTRY-006 unknown alarm */
export async function readAlarm(db: Db | Unit['db'], alarm: number, lock = false): Promise<AlarmRecord> {
  const asked = db.selectFrom('alarm').selectAll().where('id', '=', alarm);
  const row = await (lock ? asked.forNoKeyUpdate() : asked).executeTakeFirst();
  if (row !== undefined) return alarmRecord(row);
  const message = `The registry does not know the alarm ${alarm}.`;
  throw new PerennialError('PRN-REGISTRY-006', { message, details: { alarm } });
}
