import type { Actor } from '../actor.ts';
import { alarmRecord } from './alarm-rows.ts';
import { tell } from './check-moves.ts';
import { iso } from './instants.ts';
import type { Unit } from './store.ts';

/**
 * A new champion has learnt from other data: what was found against the old one's says nothing any more. What is still wrong
 * opens a new alarm at the next check.
 */
export async function endAlarms(unit: Unit, model: string, because: string, by: Actor, run?: string): Promise<void> {
  await unit.db
    .updateTable('alarm')
    .set({ hushes: false })
    .where('model', '=', model)
    .where('hushes', '=', true)
    .execute();
  const ended = await unit.db
    .updateTable('alarm')
    .set({ closedAt: iso(unit.at), endedAs: 'new-champion', snoozedUntil: null })
    .where('model', '=', model)
    .where('closedAt', 'is', null)
    .returningAll()
    .execute();
  for (const row of ended) tell(unit, alarmRecord(row), 'alarm.closed', because, by, run);
}
