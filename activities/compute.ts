import { createHash } from 'node:crypto';
import { Context, sleep } from '@temporalio/activity';
import { worstCaseUsd } from '../src/compute/cost.ts';
import { avoidMilliseconds } from '../src/compute/ladder.ts';
import type { MachineBooks, MachineEnd } from '../src/compute/ledger.ts';
import type { Launched, LaunchOrder, MachineCloud, MachineSighting } from '../src/compute/machines.ts';
import { type MachineType, type Offer, poolOf } from '../src/compute/offer.ts';
import { type RankedOffers, rankOffers } from '../src/compute/rank.ts';
import { PerennialError } from '../src/errors/error.ts';
import type { RentedCompute } from '../src/plan/schema.ts';
import { heartbeating, translateErrors } from './failure.ts';

const offersAtMost = 40;

export interface CloudAccess {
  readonly cloud: MachineCloud;
  readonly region: string;
  readonly zones: readonly string[];
  readonly types: readonly MachineType[];
  /**
   * A new machine may be unknown to its own cloud for a while: not being listed is no proof of absence before that. For as long a run
   * that has closed may still be ending its machines itself.
   */
  readonly graceMs: number;
  /** Over all runs together; null: no limit. */
  readonly limits: { readonly usd: number | null; readonly vcpus: number | null };
}

/** Everything a workflow does to rented machines. A control worker without a cloud refuses with a coded error. */
export function createComputeActivities({
  access,
  books,
  runClosedAt,
  now,
}: {
  readonly access: CloudAccess | null;
  readonly books: MachineBooks;
  /** When the run ended; null while it is open, or nobody knows it. */
  readonly runClosedAt: (run: string) => Promise<string | null>;
  readonly now: () => Date;
}) {
  const required = (): CloudAccess => {
    if (access) return access;
    throw new PerennialError('PRN-COMPUTE-001', {
      message: 'A stage asks for compute "ec2", and this control worker has no cloud: PERENNIAL_EC2_REGION is not set.',
    });
  };
  const later = (ms: number) => new Date(now().getTime() + ms).toISOString();

  const endNow = async ({ machine, launchedAt, token }: MachineSighting, end: MachineEnd): Promise<void> => {
    const { at } = await untilGone(required(), machine, now);
    await books.closeMachine({ machine, terminatedAt: at, end, wastedSeconds: secondsBetween(launchedAt, at) });
    await books.releaseLease(token);
  };
  const strandedBecause = async ({ state, deadline, run, launchedAt }: MachineSighting): Promise<string | null> => {
    if (state === 'terminated' || state === 'shutting-down') return null;
    const instant = now().getTime();
    if (Date.parse(deadline) < instant) return `its deadline ${deadline} has passed`;
    const closedAt = await runClosedAt(run);
    const since = Math.max(Date.parse(launchedAt), closedAt === null ? Number.POSITIVE_INFINITY : Date.parse(closedAt));
    return instant - since > required().graceMs ? `its run ${run} has closed` : null;
  };

  /** From when on a machine that its cloud does not know has been forgotten, not overlooked. */
  const isPastGrace = (launchedAt: string) => now().getTime() - Date.parse(launchedAt) > required().graceMs;

  /** A machine that ended itself while nobody was there to see it: its page in the books is closed at its deadline at the latest. */
  const closeForgotten = async (): Promise<void> => {
    for (const { machine, run, token, launchedAt, deadline } of await books.machines({ living: true })) {
      if ((await runClosedAt(run)) === null) continue;
      const seen = await required().cloud.see(machine);
      if (seen ? seen.state !== 'terminated' : !isPastGrace(launchedAt)) continue;
      const at = new Date(Math.min(now().getTime(), Date.parse(deadline))).toISOString();
      await books.closeMachine({
        machine,
        terminatedAt: at,
        end: 'reaped',
        wastedSeconds: secondsBetween(launchedAt, at),
      });
      await books.releaseLease(token);
    }
  };

  /** Money and quota held for an order that was never placed: its workflow was terminated just then. */
  const releaseForgotten = async (): Promise<void> => {
    const held = new Set((await books.machines({ living: true })).map(({ token }) => token));
    for (const { lease, run } of await books.openLeases())
      if (!held.has(lease) && (await runClosedAt(run)) !== null) await books.releaseLease(lease);
  };

  return translateErrors({
    /** What could be rented now, best first; pools that lately refused are left out. */
    async machineOffers(spec: RentedCompute): Promise<{ offers: readonly Offer[]; avoided: number }> {
      const { cloud, region, zones, types } = required();
      const avoided = await books.avoidedPools(now().toISOString());
      const wanted = { gpu: spec.gpu, vramGiB: spec.vramGiB, vcpus: spec.vcpus, memoryGiB: spec.memoryGiB };
      const options = {
        region,
        zones,
        markets: spec.spot ? (['spot', 'on-demand'] as const) : (['on-demand'] as const),
        avoided: new Set(avoided.keys()),
        ...(spec.types ? { types: spec.types } : {}),
      };
      const ranked = (spotPrices: ReadonlyMap<string, number>): RankedOffers =>
        rankOffers(types, wanted, { ...options, spotPrices });
      const candidates = [...new Set(ranked(new Map()).offers.map(({ type }) => type))].slice(0, offersAtMost);
      const { offers } = ranked(spec.spot ? await cloud.spotPrices(candidates) : new Map());
      return { offers: shortened(offers), avoided: avoided.size };
    },

    /**
     * One call to the cloud for one offer, with the money and quota for it held beforehand. A lost answer is repeated by Temporal with
     * the same token: never a second machine.
     */
    async launchMachine(order: LaunchOrder): Promise<Launched> {
      const { cloud, limits } = required();
      const hashed = { ...order, token: tokenOf(order.token) };
      const { run, offer, minutes } = order;
      const lease = { lease: hashed.token, run, usd: worstCaseUsd(offer, minutes / 60), vcpus: offer.vcpus };
      const held = await books.takeLease(lease, limits);
      if (!held.granted)
        return { kind: 'refused', class: 'quota', code: 'ComputeLimit', message: held.why, milliseconds: 0 };
      const launched = await cloud.launch(hashed);
      if (launched.kind === 'launched') {
        const { model, attempt, token } = hashed;
        const { machine, launchedAt } = launched;
        const deadline = new Date(Date.parse(launchedAt) + minutes * 60_000).toISOString();
        await books.openMachine({ machine, model, run, attempt, token, offer, launchedAt, deadline });
        return launched;
      }
      await books.releaseLease(hashed.token);
      if (launched.class === 'capacity')
        await books.avoidPool(poolOf(order.offer), later(avoidMilliseconds), `${launched.code}: ${launched.message}`);
      return launched;
    },

    /** An order whose answer never came may have made a machine all the same: whatever has its token is ended. */
    async endMachineOf(order: LaunchOrder): Promise<number> {
      const { cloud, graceMs } = required();
      const until = now().getTime() + graceMs;
      return await heartbeating(async () => {
        for (;;) {
          const found = await cloud.find({ token: tokenOf(order.token) });
          for (const sighting of found) {
            await books.openMachine({ ...recordOf(sighting), offer: order.offer });
            await endNow(sighting, 'never-started');
          }
          if (found.length > 0 || now().getTime() > until) {
            await books.releaseLease(tokenOf(order.token));
            return found.length;
          }
          await sleep(5_000);
        }
      });
    },

    /** Ends a machine, waits until the cloud says terminated, and closes its page in the books. Never gives up: Temporal repeats it. */
    async endMachine(request: {
      readonly machine: string;
      readonly token: string;
      readonly pool: string;
      readonly end: MachineEnd;
      /** From when on its work is lost; null: none of it. */
      readonly lostSince: string | null;
    }): Promise<{ readonly reason: string | null; readonly end: MachineEnd }> {
      const there = required();
      return await heartbeating(async () => {
        const { machine, lostSince } = request;
        const { reason, at } = await untilGone(there, machine, now);
        const end = takenBack(reason) && request.end === 'crashed' ? 'interrupted' : request.end;
        const wastedSeconds = lostSince === null ? 0 : secondsBetween(lostSince, at);
        await books.closeMachine({ machine, terminatedAt: at, end, wastedSeconds });
        await books.releaseLease(tokenOf(request.token));
        if (end === 'interrupted')
          await books.avoidPool(
            request.pool,
            later(avoidMilliseconds),
            `interrupted ${machine}: ${reason ?? 'spot notice'}`,
          );
        return { reason, end };
      });
    },

    /** The end of what a machine printed: why its worker never came up. */
    async machineConsole(machine: string): Promise<string> {
      return (await required().cloud.consoleOutput(machine)).slice(-2_000);
    },

    /** The last of the three killers: ends what lives past its deadline or longer than its run. Gives back what it ended. */
    async reapMachines(): Promise<readonly { machine: string; run: string; why: string }[]> {
      const { cloud, types } = required();
      return await heartbeating(async () => {
        const reaped: { machine: string; run: string; why: string }[] = [];
        for (const sighting of await cloud.find({})) {
          const why = await strandedBecause(sighting);
          if (!why) continue;
          await books.openMachine({ ...recordOf(sighting), offer: offerOf(sighting, types, required().region) });
          await endNow(sighting, 'reaped');
          reaped.push({ machine: sighting.machine, run: sighting.run, why });
        }
        await closeForgotten();
        await releaseForgotten();
        return reaped;
      });
    },
  });
}

async function untilGone(
  { cloud, graceMs }: CloudAccess,
  machine: string,
  now: () => Date,
): Promise<{ reason: string | null; at: string }> {
  const startedAt = now().getTime();
  for (;;) {
    const seen = await cloud.see(machine);
    if (seen?.state === 'terminated') return { reason: seen.reason, at: now().toISOString() };
    // Unknown for so long after it was listed: the cloud has forgotten it, as it does an hour after the end.
    if (!seen && now().getTime() - startedAt > graceMs) return { reason: null, at: now().toISOString() };
    if (seen?.state !== 'shutting-down') await cloud.terminate(machine);
    Context.current().cancellationSignal.throwIfAborted();
    await sleep(250);
  }
}

function recordOf({ machine, model, run, attempt, token, launchedAt, deadline }: MachineSighting) {
  return { machine, model, run, attempt, token, launchedAt, deadline };
}

/** A stranger in the books: its price is the catalogue's on-demand price, which is never too low. */
function offerOf({ type, zone, market }: MachineSighting, types: readonly MachineType[], region: string): Offer {
  const known = types.find((each) => each.type === type);
  const { vcpus, gpu, usdPerHour } = known ?? { vcpus: 0, gpu: null, usdPerHour: 0 };
  return { type, region, zone, market, usdPerHour: usdPerHour ?? 0, vcpus, gpus: gpu?.count ?? 0 };
}

function secondsBetween(from: string, to: string): number {
  return Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
}

function takenBack(reason: string | null): boolean {
  return reason?.startsWith('Server.SpotInstance') ?? false;
}

/** A ClientToken has at most 64 characters, and is the same for the same workflow data. */
function tokenOf(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}

/** Spot pools and on-demand alternate in no list: the best of both markets must survive the cut. */
function shortened(offers: readonly Offer[]): readonly Offer[] {
  const of = (market: Offer['market']) => offers.filter((offer) => offer.market === market).slice(0, offersAtMost);
  return [...of('spot'), ...of('on-demand')];
}
