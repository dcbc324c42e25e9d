import type { MachineType, Market, Offer } from '../compute/offer.ts';
import { rankOffers } from '../compute/rank.ts';
import { isPerennialError } from '../errors/error.ts';
import type { CompiledPlan } from '../plan/plan.ts';
import type { RentedCompute, TrainStage } from '../plan/schema.ts';

/** A rung that a stage would try, with what one machine of it costs that lives as long as the plan allows. */
export interface PlannedOffer {
  readonly offer: Offer;
  readonly usdAtMost: number;
}

/** What a train stage on rented machines may cost, in US dollars; known without asking the cloud, and so without spot prices. */
export interface StageCost {
  readonly stage: string;
  /** Name under "compute". */
  readonly compute: string;
  readonly spec: RentedCompute;
  readonly trainings: number;
  readonly parallel: number;
  /** The first of each market that would be tried, best first. Spot stands at its ceiling, the on-demand price. */
  readonly offers: readonly PlannedOffer[];
  readonly usd: {
    /** On the dearest of `offers`, when no machine is lost. */
    readonly training: number;
    readonly atOnce: number;
    readonly inAll: number;
    /** When so many pools refuse and so many machines are lost that each training uses its "maxUsd" up. */
    readonly limit: number;
  };
  /** Why it could not run at all. */
  readonly trouble: { readonly code: string; readonly message: string; readonly hint: string } | null;
}

const shownOfMarket = 3;

/** One entry for each train stage of the plan that rents machines, in the plan's order. */
export function stageCosts(
  plan: CompiledPlan,
  catalogue: { readonly region: string; readonly types: readonly MachineType[] },
): readonly StageCost[] {
  return plan.stages.flatMap(({ name, spec: stage }) => {
    if (stage.kind !== 'train') return [];
    const spec = plan.file.compute[stage.compute];
    return spec?.provider === 'ec2' ? [stageCost(name, stage, spec, catalogue)] : [];
  });
}

function stageCost(
  name: string,
  stage: TrainStage,
  spec: RentedCompute,
  catalogue: Parameters<typeof stageCosts>[1],
): StageCost {
  const trainings = stage.sweep?.trials ?? 1;
  const parallel = Math.min(trainings, stage.sweep?.parallel ?? 1);
  const { offers, trouble } = plannedOffers(spec, catalogue);
  const training = Math.min(spec.maxUsd, Math.max(0, ...offers.map(({ usdAtMost }) => usdAtMost)));
  return {
    ...{ stage: name, compute: stage.compute, spec, trainings, parallel, offers, trouble },
    usd: {
      training,
      atOnce: training * parallel,
      inAll: training * trainings,
      limit: offers.length > 0 ? spec.maxUsd * trainings : 0,
    },
  };
}

function plannedOffers(
  { spot, maxHours, maxUsd, types, ...resources }: RentedCompute,
  { region, types: catalogue }: Parameters<typeof stageCosts>[1],
): Pick<StageCost, 'offers' | 'trouble'> {
  const markets: readonly Market[] = spot ? ['spot', 'on-demand'] : ['on-demand'];
  const rank = (limit: { readonly maxUsdPerHour?: number }) =>
    // Zones do not differ in on-demand prices: one that stands for all of them keeps the list short.
    rankOffers(catalogue, resources, {
      ...{ region, zones: [region], markets, spotPrices: new Map(), avoided: new Set<string>() },
      ...{ ...limit, ...(types ? { types } : {}) },
    }).offers.map((offer) => ({ offer, usdAtMost: (offer.ceilingUsdPerHour ?? offer.usdPerHour) * maxHours }));
  try {
    // A spot pool whose ceiling is too dear is tried all the same while its price is low enough; nobody knows that here.
    const payable = rank({}).filter(({ offer, usdAtMost }) => offer.market === 'spot' || usdAtMost <= maxUsd);
    const offers = payable.length > 0 ? payable : rank({ maxUsdPerHour: maxUsd / maxHours });
    const firstOf = (market: Market) => offers.filter(({ offer }) => offer.market === market).slice(0, shownOfMarket);
    return { offers: markets.flatMap(firstOf), trouble: null };
  } catch (error) {
    if (!isPerennialError(error)) throw error;
    const { code, message, hint } = error;
    return { offers: [], trouble: { code, message, hint } };
  }
}
