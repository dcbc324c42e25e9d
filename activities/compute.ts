import { worstCaseUsd } from '../src/compute/cost.ts';
import { avoidMilliseconds } from '../src/compute/ladder.ts';
import type { Launched, LaunchOrder } from '../src/compute/machines.ts';
import { type Offer, poolOf } from '../src/compute/offer.ts';
import { type RankedOffers, rankOffers } from '../src/compute/rank.ts';
import type { RentedCompute } from '../src/plan/schema.ts';
import { type ComputeWorld, cloudOf, later, tokenOf } from './compute-access.ts';
import { createEndingActivities } from './compute-endings.ts';
import { createReapingActivities } from './compute-reaping.ts';
import { createStartActivities } from './compute-starts.ts';
import { translateErrors } from './failure.ts';

const offersAtMost = 40;

/** Everything a workflow does to rented machines. A control worker without a cloud refuses with a coded error. */
export function createComputeActivities(world: ComputeWorld) {
  const { books, now } = world;
  return translateErrors({
    /** What could be rented now, best first; pools that lately refused are left out. */
    async machineOffers(spec: RentedCompute): Promise<{ offers: readonly Offer[]; avoided: number }> {
      const { cloud, region, zones, types } = cloudOf(world);
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
      const { cloud, limits } = cloudOf(world);
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
        await books.avoidPool(
          poolOf(order.offer),
          later(now, avoidMilliseconds),
          `${launched.code}: ${launched.message}`,
        );
      return launched;
    },

    /** The end of what a machine printed: why its worker never came up. */
    async machineConsole(machine: string): Promise<string> {
      return (await cloudOf(world).cloud.consoleOutput(machine)).slice(-2_000);
    },

    ...createStartActivities(world),
    ...createEndingActivities(world),
    ...createReapingActivities(world),
  });
}

/** Spot pools and on-demand alternate in no list: the best of both markets must survive the cut. */
function shortened(offers: readonly Offer[]): readonly Offer[] {
  const of = (market: Offer['market']) => offers.filter((offer) => offer.market === market).slice(0, offersAtMost);
  return [...of('spot'), ...of('on-demand')];
}
