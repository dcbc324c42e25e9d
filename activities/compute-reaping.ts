import type { MachineSighting, MachineState } from '../src/compute/machines.ts';
import { anyMoment, likeliest } from '../src/compute/moment.ts';
import type { MachineType, Offer } from '../src/compute/offer.ts';
import { type ComputeWorld, cloudOf, recordOf, secondsBetween } from './compute-access.ts';
import { endNow } from './compute-endings.ts';
import { endOf } from './compute-until-gone.ts';
import { heartbeating } from './failure.ts';

export interface Reaped {
  readonly machine: string;
  readonly run: string;
  readonly why: string;
}

/** The last of the three killers, and the order of the books after what nobody has seen. */
export function createReapingActivities(world: ComputeWorld) {
  return {
    /**
     * Ends what lives past its deadline, longer than its run, or without an order that knows it. Gives back what it ended. One machine
     * that cannot be ended keeps no other alive; it is tried again, as Temporal repeats this.
     */
    async reapMachines(): Promise<readonly Reaped[]> {
      const { cloud } = cloudOf(world);
      return await heartbeating(async () => {
        const there = await cloud.find({});
        const known = await tokensOf(world);
        const ends = await Promise.allSettled(there.map((sighting) => reap(world, sighting, known)));
        await closeForgotten(world);
        await releaseForgotten(world);
        const failed = ends.find((end) => end.status === 'rejected');
        if (failed) throw failed.reason;
        return ends.flatMap((end) => (end.status === 'fulfilled' && end.value ? [end.value] : []));
      });
    },
  };
}

/** Null: it may live, or has gone already. */
async function reap(
  world: ComputeWorld,
  sighting: MachineSighting,
  known: ReadonlySet<string>,
): Promise<Reaped | null> {
  const why = await strandedBecause(world, sighting, known);
  if (!why) return null;
  const { types, region } = cloudOf(world);
  await world.books.openMachine({ ...recordOf(sighting), offer: offerOf(sighting, types, region) });
  await endNow(world, sighting, 'reaped');
  return { machine: sighting.machine, run: sighting.run, why };
}

/** Of all orders that are under way or have a machine. To be read after the cloud was asked: an order is in the books before its machine is. */
async function tokensOf({ books }: ComputeWorld): Promise<ReadonlySet<string>> {
  const [leases, machines] = await Promise.all([books.openLeases(), books.machines({ living: true })]);
  return new Set([...leases.map(({ lease }) => lease), ...machines.map(({ token }) => token)]);
}

async function strandedBecause(
  world: ComputeWorld,
  { machine, state, deadline, run, launchedAt, token }: MachineSighting,
  known: ReadonlySet<string>,
): Promise<string | null> {
  if (hasEnded(state)) return null;
  const instant = world.now().getTime();
  if (Date.parse(deadline) < instant) return `its deadline ${deadline} has passed`;
  // The answer to its order said that there was no machine. One that ended just now is in the books no longer, and is no such case.
  if (!known.has(token)) return hasEnded((await cloudOf(world).cloud.see(machine))?.state) ? null : 'no order knows it';
  const closedAt = await world.runClosedAt(run);
  const since = Math.max(Date.parse(launchedAt), closedAt === null ? Number.POSITIVE_INFINITY : Date.parse(closedAt));
  return instant - since > cloudOf(world).graceMs ? `its run ${run} has closed` : null;
}

function hasEnded(state: MachineState | undefined): boolean {
  return state === 'terminated' || state === 'shutting-down';
}

/** A machine that ended itself while nobody was there to see it: its page in the books is closed at its deadline at the latest. */
async function closeForgotten(world: ComputeWorld): Promise<void> {
  const { books, runClosedAt, now } = world;
  for (const { machine, run, token, launchedAt, deadline } of await books.machines({ living: true })) {
    if ((await runClosedAt(run)) === null) continue;
    const seen = await cloudOf(world).cloud.see(machine);
    if (seen ? seen.state !== 'terminated' : !isPastGrace(world, launchedAt)) continue;
    const latest = { ...anyMoment, before: Math.min(now().getTime(), Date.parse(deadline)) };
    const at = seen ? endOf(latest, seen) : likeliest(latest).toISOString();
    await books.closeMachine({
      machine,
      terminatedAt: at,
      end: 'reaped',
      wastedSeconds: secondsBetween(launchedAt, at),
    });
    await books.releaseLease(token);
  }
}

/** From when on a machine that its cloud does not know has been forgotten, not overlooked. */
function isPastGrace(world: ComputeWorld, launchedAt: string): boolean {
  return world.now().getTime() - Date.parse(launchedAt) > cloudOf(world).graceMs;
}

/** Money and quota held for an order that was never placed: its workflow was terminated just then. */
async function releaseForgotten({ books, runClosedAt }: ComputeWorld): Promise<void> {
  const held = new Set((await books.machines({ living: true })).map(({ token }) => token));
  for (const { lease, run } of await books.openLeases())
    if (!held.has(lease) && (await runClosedAt(run)) !== null) await books.releaseLease(lease);
}

/** A stranger in the books: its price is the catalogue's on-demand price, which is never too low. */
function offerOf({ type, zone, market }: MachineSighting, types: readonly MachineType[], region: string): Offer {
  const known = types.find((each) => each.type === type);
  const { vcpus, gpu, usdPerHour } = known ?? { vcpus: 0, gpu: null, usdPerHour: 0 };
  return { type, region, zone, market, usdPerHour: usdPerHour ?? 0, vcpus, gpus: gpu?.count ?? 0 };
}
