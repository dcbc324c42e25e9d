import type { Selectable } from 'kysely';
import type { Delegation, DelegationBook } from '../../approval/delegation.ts';
import { PerennialError } from '../../errors/error.ts';
import { instant, iso } from './instants.ts';
import type { Store, Unit } from './store.ts';
import type { Tables } from './tables.ts';

export function delegationMethods(store: Store): DelegationBook {
  return {
    delegate: (delegation) => store.write((unit) => delegate(unit, delegation)),
    revokeDelegation: (revocation) => store.write((unit) => revoke(unit, revocation)),
    delegations: ({ standing = false, to } = {}) =>
      store.read(async (db) => {
        let query = db.selectFrom('delegation').selectAll().orderBy('id', 'desc').limit(200);
        if (standing) query = query.where('revoked', 'is', null).where('until', '>', store.now());
        if (to !== undefined) query = query.where('receiver', '=', to);
        return (await query.execute()).map(recordOf);
      }),
    delegation: (id) =>
      store.read(async (db) => {
        const row = await db.selectFrom('delegation').selectAll().where('id', '=', id).executeTakeFirst();
        if (row === undefined) throw unknown(id);
        return recordOf(row);
      }),
    rolesOf: (name) =>
      store.read(async (db) => {
        const row = await db.selectFrom('token').select('roles').where('name', '=', name).executeTakeFirst();
        return row?.roles ?? [];
      }),
  };
}

async function delegate(unit: Unit, wanted: Parameters<DelegationBook['delegate']>[0]): Promise<Delegation> {
  const { role, holder, to, reason, by } = wanted;
  const until = instant(wanted.until, 'The end of the delegation');
  const nonsense =
    holder === to ? `${holder} cannot lend a role to ${to}` : until <= unit.at ? 'It would end in the past' : null;
  if (nonsense) throw new PerennialError('PRN-APPROVAL-002', { message: `${nonsense}.` });
  const row = await unit.db
    .insertInto('delegation')
    .values({ role, holder, receiver: to, until, reason, actor: JSON.stringify(by), at: unit.at, revoked: null })
    .returningAll()
    .executeTakeFirstOrThrow();
  return recordOf(row);
}

async function revoke(
  unit: Unit,
  { id, by, reason }: Parameters<DelegationBook['revokeDelegation']>[0],
): Promise<Delegation> {
  const revoked = JSON.stringify({ at: iso(unit.at), by, reason });
  await unit.db.updateTable('delegation').set({ revoked }).where('id', '=', id).where('revoked', 'is', null).execute();
  const row = await unit.db.selectFrom('delegation').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw unknown(id);
  return recordOf(row);
}

function recordOf({ receiver, until, actor, at, ...row }: Selectable<Tables['delegation']>): Delegation {
  return { ...row, to: receiver, until: iso(until), by: actor, at: iso(at) };
}

function unknown(id: number): PerennialError {
  return new PerennialError('PRN-APPROVAL-001', { message: `There is no delegation ${id}.` });
}
