import { act } from '../../alarm/act.ts';
import type { AlarmRecord } from '../../alarm/alarm.ts';
import type { AlarmAction, AlarmBook } from '../../alarm/book.ts';
import { PerennialError } from '../../errors/error.ts';
import type { Actor } from '../actor.ts';
import { alarmRecord, readAlarm, saveAlarm } from './alarm-rows.ts';
import { lockModel } from './check-context.ts';
import { checking, tell } from './check-moves.ts';
import { violatedConstraint } from './failures.ts';
import { iso } from './instants.ts';
import type { Store, Unit } from './store.ts';
import { unknownRun } from './unknown.ts';

export function alarmMethods(store: Store): Pick<AlarmBook, 'alarms' | 'alarm' | 'actOnAlarm' | 'linkAlarms'> {
  return {
    alarms: (filter) => readAlarms(store, filter),
    alarm: (alarm) => store.read((db) => readAlarm(db, alarm)),
    actOnAlarm: (alarm, action, by) => store.write((unit) => actOnAlarm(unit, alarm, action, by)),
    linkAlarms: (model, run) => store.write((unit) => linkAlarms(unit, model, run)),
  };
}

async function readAlarms(
  store: Store,
  { model, open = false, limit = 200 }: Parameters<AlarmBook['alarms']>[0],
): Promise<readonly AlarmRecord[]> {
  return await store.read(async (db) => {
    let asked = db.selectFrom('alarm').selectAll().orderBy('id', 'desc').limit(limit);
    if (model !== undefined) asked = asked.where('model', '=', model);
    if (open) asked = asked.where('closedAt', 'is', null);
    return (await asked.execute()).map(alarmRecord);
  });
}

async function actOnAlarm(unit: Unit, id: number, action: AlarmAction, by: Actor): Promise<AlarmRecord> {
  const { model } = await readAlarm(unit.db, id);
  await lockModel(unit, model);
  const acted = act(await readAlarm(unit.db, id, true), action, by, iso(unit.at));
  if (!acted.ok) {
    const message = `The alarm ${id} of ${model} cannot be ${words[action.kind]}: ${acted.why}`;
    throw new PerennialError('PRN-REGISTRY-014', { message, details: { alarm: id } });
  }
  if (acted.event === null) return acted.alarm;
  tell(unit, acted.alarm, acted.event, acted.reason, by);
  return await saveAlarm(unit, acted.alarm, action.kind === 'close');
}

const words = { acknowledge: 'acknowledged', snooze: 'snoozed', close: 'closed' } as const;

async function linkAlarms(unit: Unit, model: string, run: string): Promise<void> {
  await lockModel(unit, model);
  try {
    const linked = await unit.db
      .updateTable('alarm')
      .set({ run })
      .where('model', '=', model)
      .where('closedAt', 'is', null)
      .where((row) =>
        row.or([
          row('run', 'is', null),
          // A run that has ended without a promotion has not answered it.
          row('run', 'in', row.selectFrom('run').select('run.run').where('run.endedAt', 'is not', null)),
        ]),
      )
      .returning('id')
      .execute();
    for (const { id } of linked)
      unit.record({ model, run, kind: 'alarm.linked', by: checking, details: { alarm: id } });
  } catch (error) {
    if (violatedConstraint(error) === 'alarm_run_fkey') throw unknownRun(run);
    throw error;
  }
}
