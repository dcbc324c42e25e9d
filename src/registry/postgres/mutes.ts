import { sql } from 'kysely';
import type { Mute } from '../../alarm/alarm.ts';
import type { AlarmBook } from '../../alarm/book.ts';
import { withoutMuted } from '../../alarm/mute.ts';
import { PerennialError } from '../../errors/error.ts';
import { alarmRecord, muteRecord, saveAlarm } from './alarm-rows.ts';
import { lockModel } from './check-context.ts';
import { tell } from './check-moves.ts';
import { instant, iso } from './instants.ts';
import type { Store, Unit } from './store.ts';

export function muteMethods(store: Store): Pick<AlarmBook, 'mute' | 'unmute' | 'mutes'> {
  return {
    mute: (mute) => store.write((unit) => addMute(unit, mute)),
    unmute: (unmuted) => store.write((unit) => removeMute(unit, unmuted)),
    mutes: (model) =>
      store.read(async (db) => {
        const rows = await db
          .selectFrom('mute')
          .selectAll()
          .where('model', '=', model)
          .orderBy('columnName')
          .orderBy('code')
          .execute();
        const now = store.now();
        return rows.filter(({ until }) => until === null || until > now).map(muteRecord);
      }),
  };
}

async function addMute(unit: Unit, mute: Omit<Mute, 'at'>): Promise<Mute> {
  const { model, column, code, by, reason } = mute;
  const until = mute.until === null ? null : iso(instant(mute.until, 'The end of the mute'));
  refuseNonsense(mute, unit.at);
  await lockModel(unit, model);
  const values = { until, actor: JSON.stringify(by), reason, at: unit.at };
  await unit.db
    .insertInto('mute')
    .values({ model, columnName: column, code, ...values })
    .onConflict((conflict) =>
      conflict.expression(sql`model, coalesce(column_name, ''), coalesce(code, '')`).doUpdateSet(values),
    )
    .execute();
  unit.record({ model, kind: 'alarm.muted', by, reason, details: { column, code, until } });
  const made = { ...mute, until, at: iso(unit.at) };
  await forget(unit, made);
  return made;
}

/** Open alarms without what is muted now. */
async function forget(unit: Unit, mute: Mute): Promise<void> {
  const rows = await unit.db
    .selectFrom('alarm')
    .selectAll()
    .where('model', '=', mute.model)
    .where('closedAt', 'is', null)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  for (const alarm of rows.map(alarmRecord)) {
    const left = withoutMuted(alarm, mute, iso(unit.at));
    if (left !== null) await saveAlarm(unit, left);
    else {
      const closed = await saveAlarm(unit, { ...alarm, closedAt: iso(unit.at), end: 'muted' });
      tell(unit, closed, 'alarm.closed', 'all that it had found is muted', mute.by);
    }
  }
}

async function removeMute(unit: Unit, unmuted: Parameters<AlarmBook['unmute']>[0]): Promise<void> {
  const { model, column, code, by, reason } = unmuted;
  await lockModel(unit, model);
  const removed = await unit.db
    .deleteFrom('mute')
    .where('model', '=', model)
    .where('columnName', 'is not distinct from', column)
    .where('code', 'is not distinct from', code)
    .executeTakeFirst();
  if (removed.numDeletedRows === 0n) {
    const message = `Nothing is muted of ${model} under ${named(unmuted)}`;
    throw new PerennialError('PRN-REGISTRY-015', { message, details: { model, column, code } });
  }
  unit.record({ model, kind: 'alarm.unmuted', by, reason, details: { column, code } });
}

function refuseNonsense({ model, column, code, until }: Omit<Mute, 'at'>, now: Date): void {
  if (column === null && code === null)
    throw new PerennialError('PRN-REGISTRY-005', { message: `A mute of ${model} names neither a column nor a code` });
  if (until !== null && Date.parse(until) <= now.getTime())
    throw new PerennialError('PRN-REGISTRY-005', {
      message: `The mute of ${model} would end at ${until}, which is past`,
    });
}

const named = ({ column, code }: Pick<Mute, 'column' | 'code'>) =>
  [...(column === null ? [] : [`the column "${column}"`]), ...(code === null ? [] : [`the code "${code}"`])].join(
    ' and ',
  );
