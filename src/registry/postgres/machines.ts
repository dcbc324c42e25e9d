import type { Kysely, Selectable } from 'kysely';
import { billed } from '../../compute/cost.ts';
import type { MachineBooks, MachineRecord } from '../../compute/ledger.ts';
import { PerennialError } from '../../errors/error.ts';
import { instant, iso, isoOrNull } from './instants.ts';
import type { Store, Unit } from './store.ts';
import type { Tables } from './tables.ts';

export function machineMethods(store: Store): Pick<MachineBooks, 'openMachine' | 'closeMachine' | 'machines'> {
  return {
    openMachine: (machine) => store.write((unit) => openMachine(unit, machine)),
    closeMachine: (end) => store.write((unit) => closeMachine(unit, end)),
    machines: (filter) => store.read((db) => readMachines(db, filter)),
  };
}

/** The first booking stands, and one that comes after the machine's end does not bring it back to life. */
async function openMachine({ db }: Unit, opened: Parameters<MachineBooks['openMachine']>[0]): Promise<void> {
  const { machine, model, run, attempt, token, offer } = opened;
  await db
    .insertInto('machine')
    .values({
      ...{ machine, model, run, attempt, token, offer: JSON.stringify(offer) },
      launchedAt: instant(opened.launchedAt, `The launch of ${machine}`),
      deadline: instant(opened.deadline, `The deadline of ${machine}`),
    })
    .onConflict((conflict) => conflict.column('machine').doNothing())
    .execute();
}

/** The first end stands: the workflow and the reaper may both have seen the machine go. */
async function closeMachine({ db }: Unit, closing: Parameters<MachineBooks['closeMachine']>[0]): Promise<void> {
  const { machine, end, wastedSeconds } = closing;
  const terminatedAt = instant(closing.terminatedAt, `The end of ${machine}`);
  const open = await db.selectFrom('machine').selectAll().where('machine', '=', machine).forUpdate().executeTakeFirst();
  if (open === undefined) throw unknownMachine(machine);
  if (open.terminatedAt !== null) return;
  const { seconds, usd } = billed({
    launchedAt: iso(open.launchedAt),
    terminatedAt: iso(terminatedAt),
    usdPerHour: open.offer.usdPerHour,
  });
  await db
    .updateTable('machine')
    .set({ terminatedAt, endedAs: end, billedSeconds: seconds, usd, wastedSeconds })
    .where('machine', '=', machine)
    .execute();
}

async function readMachines(
  db: Kysely<Tables>,
  { run, living = false, limit }: Parameters<MachineBooks['machines']>[0] = {},
): Promise<MachineRecord[]> {
  let asked = db.selectFrom('machine').selectAll().orderBy('launchedAt', 'desc').orderBy('machine', 'desc');
  if (run !== undefined) asked = asked.where('run', '=', run);
  if (living) asked = asked.where('terminatedAt', 'is', null);
  if (limit !== undefined) asked = asked.limit(limit);
  return (await asked.execute()).map(record);
}

function record({
  launchedAt,
  deadline,
  terminatedAt,
  endedAs: end,
  ...row
}: Selectable<Tables['machine']>): MachineRecord {
  const times = { launchedAt: iso(launchedAt), deadline: iso(deadline), terminatedAt: isoOrNull(terminatedAt) };
  return { ...row, ...times, end };
}

function unknownMachine(machine: string): PerennialError {
  const message = `The books do not know the machine "${machine}"`;
  return new PerennialError('PRN-REGISTRY-007', { message, details: { machine } });
}
