import type { Kysely, Selectable } from 'kysely';
import { PerennialError } from '../../errors/error.ts';
import type { Actor, AlarmRecord, Registry } from '../registry.ts';
import { violatedConstraint } from './failures.ts';
import { iso, isoOrNull } from './instants.ts';
import type { Store, Unit } from './store.ts';
import type { Tables } from './tables.ts';
import { unknownModel, unknownRun } from './unknown.ts';

const check: Actor = { name: 'perennial', via: 'check' };

export function alarmMethods(store: Store): Pick<Registry, 'openAlarm' | 'linkAlarm' | 'alarms'> {
  return {
    openAlarm: (alarm) => store.write((unit) => openAlarm(unit, alarm)),
    linkAlarm: (alarm, run) => store.write((unit) => linkAlarm(unit, alarm, run)),
    alarms: (model) => store.read((db) => readAlarms(db, model)),
  };
}

/** One alarm per model and as-of: the check of a day raises it once however often it runs. */
async function openAlarm(unit: Unit, alarm: Parameters<Registry['openAlarm']>[0]): Promise<AlarmRecord> {
  const { model, asOf, summary, evidence } = alarm;
  const opened = await insertAlarm(unit, alarm);
  if (opened !== undefined) {
    const details = { alarm: opened.id, asOf, evidence };
    unit.record({ model, kind: 'alarm.opened', by: check, reason: summary, details });
    return record(opened);
  }
  const known = await unit.db
    .selectFrom('alarm')
    .selectAll()
    .where('model', '=', model)
    .where('asOf', '=', asOf)
    .executeTakeFirstOrThrow();
  return record(known);
}

async function insertAlarm({ db, at }: Unit, { model, asOf, summary, evidence }: Parameters<Registry['openAlarm']>[0]) {
  try {
    return await db
      .insertInto('alarm')
      .values({ model, asOf, summary, evidence, openedAt: at })
      .onConflict((conflict) => conflict.columns(['model', 'asOf']).doNothing())
      .returningAll()
      .executeTakeFirst();
  } catch (error) {
    if (violatedConstraint(error) === 'alarm_model_fkey') throw unknownModel(model);
    throw error;
  }
}

async function linkAlarm({ db, record }: Unit, alarm: number, run: string): Promise<void> {
  const known = await db.selectFrom('alarm').selectAll().where('id', '=', alarm).forNoKeyUpdate().executeTakeFirst();
  if (known === undefined) {
    const message = `The registry does not know the alarm ${alarm}`;
    throw new PerennialError('PRN-REGISTRY-006', { message, details: { alarm } });
  }
  if (known.run === run) return;
  try {
    await db.updateTable('alarm').set({ run }).where('id', '=', alarm).execute();
  } catch (error) {
    if (violatedConstraint(error) === 'alarm_run_fkey') throw unknownRun(run);
    throw error;
  }
  record({ model: known.model, run, kind: 'alarm.linked', by: check, details: { alarm } });
}

async function readAlarms(db: Kysely<Tables>, model: string): Promise<AlarmRecord[]> {
  const rows = await db.selectFrom('alarm').selectAll().where('model', '=', model).orderBy('id', 'desc').execute();
  return rows.map(record);
}

function record({ openedAt, closedAt, ...row }: Selectable<Tables['alarm']>): AlarmRecord {
  return { ...row, openedAt: iso(openedAt), closedAt: isoOrNull(closedAt) };
}
