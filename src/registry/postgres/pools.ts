import type { Kysely } from 'kysely';
import type { MachineBooks } from '../../compute/ledger.ts';
import { instant } from './instants.ts';
import type { Store, Unit } from './store.ts';
import type { Tables } from './tables.ts';

export function poolMethods(store: Store): Pick<MachineBooks, 'avoidPool' | 'avoidedPools'> {
  return {
    avoidPool: (pool, until, why) => store.write((unit) => avoidPool(unit, pool, until, why)),
    avoidedPools: (now) => store.read((db) => readAvoided(db, now)),
  };
}

/** The longest ban stands: a run that has heard less bad news does not shorten it. */
async function avoidPool({ db }: Unit, pool: string, until: string, why: string): Promise<void> {
  const row = { until: instant(until, `The end of the ban of ${pool}`), why };
  await db
    .insertInto('avoidedPool')
    .values({ pool, ...row })
    .onConflict((conflict) => conflict.column('pool').doUpdateSet(row).where('avoidedPool.until', '<', row.until))
    .execute();
}

async function readAvoided(db: Kysely<Tables>, now: string): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom('avoidedPool')
    .select(['pool', 'why'])
    .where('until', '>', instant(now, 'The time to look at'))
    .orderBy('pool')
    .execute();
  return new Map(rows.map(({ pool, why }) => [pool, why]));
}
