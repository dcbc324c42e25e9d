import type { MachineSighting } from '../src/compute/machines.ts';
import type { MachineType, Offer } from '../src/compute/offer.ts';
import { type ComputeWorld, cloudOf, recordOf, secondsBetween } from './compute-access.ts';
import { endNow } from './compute-endings.ts';
import { heartbeating } from './failure.ts';

export interface Reaped {
  readonly machine: string;
  readonly run: string;
  readonly why: string;
}

/** The last of the three killers, and the order of the books after what nobody has seen. */
export function createReapingActivities(world: ComputeWorld) {
  return {
    /** Ends what lives past its deadline or longer than its run. Gives back what it ended. */
    async reapMachines(): Promise<readonly Reaped[]> {
      const { cloud, types, region } = cloudOf(world);
      return await heartbeating(async () => {
        const reaped: Reaped[] = [];
        for (const sighting of await cloud.find({})) {
          const why = await strandedBecause(world, sighting);
          if (!why) continue;
          await world.books.openMachine({ ...recordOf(sighting), offer: offerOf(sighting, types, region) });
          await endNow(world, sighting, 'reaped');
          reaped.push({ machine: sighting.machine, run: sighting.run, why });
        }
        await closeForgotten(world);
        await releaseForgotten(world);
        return reaped;
      });
    },
  };
}

async function strandedBecause(
  world: ComputeWorld,
  { state, deadline, run, launchedAt }: MachineSighting,
): Promise<string | null> {
  if (state === 'terminated' || state === 'shutting-down') return null;
  const instant = world.now().getTime();
  if (Date.parse(deadline) < instant) return `its deadline ${deadline} has passed`;
  const closedAt = await world.runClosedAt(run);
  const since = Math.max(Date.parse(launchedAt), closedAt === null ? Number.POSITIVE_INFINITY : Date.parse(closedAt));
  return instant - since > cloudOf(world).graceMs ? `its run ${run} has closed` : null;
}

/** A machine that ended itself while nobody was there to see it: its page in the books is closed at its deadline at the latest. */
async function closeForgotten(world: ComputeWorld): Promise<void> {
  const { books, runClosedAt, now } = world;
  for (const { machine, run, token, launchedAt, deadline } of await books.machines({ living: true })) {
    if ((await runClosedAt(run)) === null) continue;
    const seen = await cloudOf(world).cloud.see(machine);
    if (seen ? seen.state !== 'terminated' : !isPastGrace(world, launchedAt)) continue;
    const at = new Date(Math.min(now().getTime(), Date.parse(deadline))).toISOString();
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
