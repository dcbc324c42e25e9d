import type { Kysely, Selectable } from 'kysely';
import { billed } from '../../compute/cost.ts';
import type { MachineBooks, MachineRecord } from '../../compute/ledger.ts';
import { PerennialError } from '../../errors/error.ts';
import { instant, iso, isoOrNull } from './instants.ts';
import type { Store, Unit } from './store.ts';
import type { Tables } from './tables.ts';

type Methods = Pick<MachineBooks, 'openMachine' | 'startMachine' | 'noteStuck' | 'closeMachine' | 'machines'>;

export function machineMethods(store: Store): Methods {
  return {
    openMachine: (machine) => store.write((unit) => openMachine(unit, machine)),
    startMachine: (start) => store.write((unit) => startMachine(unit, start)),
    noteStuck: (trouble) => store.write((unit) => noteStuck(unit, trouble)),
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

/** Whoever watches a machine come up may be slower than whoever ends it: its bill is then made anew. */
async function startMachine({ db }: Unit, start: Parameters<MachineBooks['startMachine']>[0]): Promise<void> {
  const { machine } = start;
  const runningAt = instant(start.runningAt, `The start of ${machine}`);
  const row = await selected(db, machine);
  if (row === undefined || row.runningAt !== null) return;
  const bill = row.terminatedAt === null ? {} : billOf({ ...row, runningAt }, row.terminatedAt);
  await db
    .updateTable('machine')
    .set({ runningAt, ...bill })
    .where('machine', '=', machine)
    .execute();
}

async function noteStuck(
  { db }: Unit,
  trouble: Parameters<MachineBooks['noteStuck']>[0],
): Promise<MachineRecord | null> {
  const { machine, why } = trouble;
  const since = instant(trouble.since, `The trouble of ${machine}`);
  const row = await selected(db, machine);
  if (row === undefined || row.terminatedAt !== null) return null;
  const stuck = { stuckSince: row.stuckSince ?? since, stuckWhy: why };
  await db.updateTable('machine').set(stuck).where('machine', '=', machine).execute();
  return row.stuckSince === null ? record({ ...row, ...stuck }) : null;
}

/** The first end stands: the workflow and the reaper may both have seen the machine go. */
async function closeMachine({ db }: Unit, closing: Parameters<MachineBooks['closeMachine']>[0]): Promise<void> {
  const { machine, end, wastedSeconds } = closing;
  const terminatedAt = instant(closing.terminatedAt, `The end of ${machine}`);
  const open = await selected(db, machine);
  if (open === undefined) throw unknownMachine(machine);
  if (open.terminatedAt !== null) return;
  const over = { stuckSince: null, stuckWhy: null };
  await db
    .updateTable('machine')
    .set({ terminatedAt, endedAs: end, wastedSeconds, ...billOf(open, terminatedAt), ...over })
    .where('machine', '=', machine)
    .execute();
}

/** Held until the transaction ends. */
async function selected(db: Unit['db'], machine: string): Promise<Selectable<Tables['machine']> | undefined> {
  return await db.selectFrom('machine').selectAll().where('machine', '=', machine).forUpdate().executeTakeFirst();
}

function billOf(
  { launchedAt, runningAt, offer }: Pick<Selectable<Tables['machine']>, 'launchedAt' | 'runningAt' | 'offer'>,
  terminatedAt: Date,
): { readonly billedSeconds: number; readonly usd: number } {
  const { seconds, usd } = billed({
    launchedAt: iso(launchedAt),
    runningAt: isoOrNull(runningAt),
    terminatedAt: iso(terminatedAt),
    usdPerHour: offer.usdPerHour,
  });
  return { billedSeconds: seconds, usd };
}

async function readMachines(
  db: Kysely<Tables>,
  { machine, run, living = false, limit }: Parameters<MachineBooks['machines']>[0] = {},
): Promise<MachineRecord[]> {
  let asked = db.selectFrom('machine').selectAll().orderBy('launchedAt', 'desc').orderBy('machine', 'desc');
  if (machine !== undefined) asked = asked.where('machine', '=', machine);
  if (run !== undefined) asked = asked.where('run', '=', run);
  if (living) asked = asked.where('terminatedAt', 'is', null);
  if (limit !== undefined) asked = asked.limit(limit);
  return (await asked.execute()).map(record);
}

function record({
  launchedAt,
  runningAt,
  deadline,
  terminatedAt,
  endedAs: end,
  stuckSince,
  stuckWhy,
  ...row
}: Selectable<Tables['machine']>): MachineRecord {
  const times = { launchedAt: iso(launchedAt), runningAt: isoOrNull(runningAt), deadline: iso(deadline) };
  const stuck = stuckSince === null || stuckWhy === null ? null : { since: iso(stuckSince), why: stuckWhy };
  return { ...row, ...times, terminatedAt: isoOrNull(terminatedAt), end, stuck };
}

function unknownMachine(machine: string): PerennialError {
  const message = `The books do not know the machine "${machine}"`;
  return new PerennialError('PRN-REGISTRY-007', { message, details: { machine } });
}
