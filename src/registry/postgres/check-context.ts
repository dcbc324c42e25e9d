import { sql } from 'kysely';
import type { NewCheck } from '../../alarm/check-record.ts';
import type { AlarmStanding } from '../../alarm/decide.ts';
import type { CompiledPlan } from '../../plan/plan.ts';
import { alarmRecord, muteRecord } from './alarm-rows.ts';
import { iso } from './instants.ts';
import type { Unit } from './store.ts';
import { unknownModel } from './unknown.ts';

export interface CheckContext {
  readonly standing: AlarmStanding;
  readonly check: CompiledPlan['file']['check'];
}

/**
 * Reads what the alarms are moved by, and locks it. The route is held first, so that no promotion comes between the look at the
 * champion and the alarms about it; the row of the model then keeps two checks apart.
 */
export async function readContext({ db, at }: Unit, { model }: NewCheck): Promise<CheckContext> {
  const route = await db
    .selectFrom('route')
    .select('stable')
    .where('model', '=', model)
    .where('segment', '=', 'all')
    .forShare()
    .executeTakeFirst();
  const { plan } = await lockModel({ db }, model);
  const champion = route?.stable ?? null;
  const alarms = await db
    .selectFrom('alarm')
    .selectAll()
    .where('model', '=', model)
    .where((row) => row.or([row('closedAt', 'is', null), row('hushes', '=', true)]))
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  const mutes = await db.selectFrom('mute').selectAll().where('model', '=', model).execute();
  return {
    standing: {
      open: alarms.filter(({ closedAt }) => closedAt === null).map(alarmRecord),
      hushing: alarms.filter(({ hushes }) => hushes).map(alarmRecord),
      mutes: mutes.map(muteRecord),
      champion,
      lastAsOf: await lastJudged({ db }, model, champion),
      // Plans that were registered by an earlier release know no such key.
      closesAfter: plan.file.check?.closesAfter ?? 3,
      now: iso(at),
    },
    check: plan.file.check,
  };
}

/** Whoever changes alarms, mutes or checks of a model holds its row. @throws PRN-REGISTRY-001 */
export async function lockModel({ db }: Pick<Unit, 'db'>, model: string): Promise<{ readonly plan: CompiledPlan }> {
  const row = await db
    .selectFrom('model')
    .select('plan')
    .where('model', '=', model)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (row === undefined) throw unknownModel(model);
  return row;
}

/** Of the checks that compared with this champion and could judge anything. */
async function lastJudged({ db }: Pick<Unit, 'db'>, model: string, champion: number | null): Promise<string | null> {
  const row = await db
    .selectFrom('checkRecord')
    .select('asOf')
    .where('model', '=', model)
    .where('champion', 'is not distinct from', champion)
    .where(sql`judged::text`, '<>', '[]')
    .orderBy('asOf', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : iso(row.asOf);
}
