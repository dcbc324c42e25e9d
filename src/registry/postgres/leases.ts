import { type Kysely, sql } from 'kysely';
import type { ComputeLease, MachineBooks } from '../../compute/ledger.ts';
import { PerennialError } from '../../errors/error.ts';
import { iso } from './instants.ts';
import type { Store, Unit } from './store.ts';
import type { Tables } from './tables.ts';

type Limits = Parameters<MachineBooks['takeLease']>[1];
type Answer = Awaited<ReturnType<MachineBooks['takeLease']>>;

/** Sums of prices are not exact: a lease that fills its limit to the cent still fits. */
const tolerance = 1e-6;

export function leaseMethods(store: Store): Pick<MachineBooks, 'takeLease' | 'releaseLease' | 'openLeases'> {
  return {
    takeLease: async (lease, limits) => {
      refuseNonsense(lease);
      return store.write((unit) => takeLease(unit, lease, limits));
    },
    releaseLease: (lease) => store.write((unit) => releaseLease(unit, lease)),
    openLeases: () => store.read(readOpen),
  };
}

async function takeLease({ db, at }: Unit, lease: ComputeLease, limits: Limits): Promise<Answer> {
  // One after the other: the sum that the next one reads holds what this one takes. A model's name has no colon, so that this
  // lock is nobody else's.
  await sql`select pg_advisory_xact_lock(hashtextextended('compute:leases', 0))`.execute(db);
  const known = await db
    .selectFrom('lease')
    .select(['run', 'releasedAt'])
    .where('lease', '=', lease.lease)
    .executeTakeFirst();
  if (known?.run === null)
    return { granted: false, why: `the lease ${lease.lease} was given back before it was taken` };
  if (known?.releasedAt === null) return { granted: true };
  const why = refusal(lease, limits, await heldNow(db));
  if (why !== null) return { granted: false, why };
  const { lease: name, run, usd, vcpus } = lease;
  const row = { run, usd, vcpus, takenAt: at, releasedAt: null };
  await db
    .insertInto('lease')
    .values({ lease: name, ...row })
    .onConflict((conflict) => conflict.column('lease').doUpdateSet(row))
    .execute();
  return { granted: true };
}

interface Held {
  readonly leases: number;
  readonly usd: number;
  readonly vcpus: number;
}

async function heldNow(db: Kysely<Tables>): Promise<Held> {
  return db
    .selectFrom('lease')
    .select([
      sql<number>`count(*)::int`.as('leases'),
      sql<number>`coalesce(sum(usd), 0)`.as('usd'),
      sql<number>`coalesce(sum(vcpus), 0)::int`.as('vcpus'),
    ])
    .where('releasedAt', 'is', null)
    .executeTakeFirstOrThrow();
}

function refusal(asked: ComputeLease, limits: Limits, held: Held): string | null {
  const among = `${held.leases} open ${held.leases === 1 ? 'lease' : 'leases'}`;
  if (limits.usd !== null && held.usd + asked.usd > limits.usd + tolerance) {
    return `${money(asked.usd)} more would pass the limit of ${money(limits.usd)}: ${money(held.usd)} are held by ${among}`;
  }
  if (limits.vcpus !== null && held.vcpus + asked.vcpus > limits.vcpus) {
    return `${asked.vcpus} vCPUs more would pass the limit of ${limits.vcpus}: ${held.vcpus} are held by ${among}`;
  }
  return null;
}

/** Also of a lease that is not there yet: its taking may still be under way, and a straggler must not order a machine. */
async function releaseLease({ db, at }: Unit, lease: string): Promise<void> {
  await db
    .insertInto('lease')
    .values({ lease, run: null, usd: 0, vcpus: 0, takenAt: at, releasedAt: at })
    .onConflict((conflict) =>
      conflict.column('lease').doUpdateSet({ releasedAt: at }).where('lease.releasedAt', 'is', null),
    )
    .execute();
}

async function readOpen(db: Kysely<Tables>): Promise<(ComputeLease & { readonly takenAt: string })[]> {
  const rows = await db
    .selectFrom('lease')
    .select(['lease', 'run', 'usd', 'vcpus', 'takenAt'])
    .where('releasedAt', 'is', null)
    .orderBy('takenAt')
    .orderBy('lease')
    .execute();
  return rows.map(({ run, takenAt, ...row }) => ({ ...row, run: run ?? '', takenAt: iso(takenAt) }));
}

function refuseNonsense({ lease, usd, vcpus }: ComputeLease): void {
  if (usd >= 0 && Number.isFinite(usd) && vcpus >= 0 && Number.isInteger(vcpus)) return;
  const message = `The lease ${lease} asks for ${usd} US dollars and ${vcpus} vCPUs; neither may be negative or unknown`;
  throw new PerennialError('PRN-REGISTRY-005', { message, details: { lease, usd, vcpus } });
}

const money = (usd: number) => `${usd.toFixed(2)} USD`;
