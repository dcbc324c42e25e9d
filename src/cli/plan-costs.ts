import type { Catalogue } from '../compute/catalogue-text.ts';
import { worstCaseUsd } from '../compute/cost.ts';
import { type Expectation, expectedTraining, type PastMachine } from '../compute/expectation.ts';
import type { Market, Offer } from '../compute/offer.ts';
import { bestOfTypes, rankOffers } from '../compute/rank.ts';
import { isPerennialError } from '../errors/error.ts';
import type { CompiledPlan } from '../plan/plan.ts';
import type { RentedCompute, TrainStage } from '../plan/schema.ts';

/** A rung that a stage would try, with what one machine of it costs that lives as long as the plan allows. */
export interface PlannedOffer {
  readonly offer: Offer;
  /** On demand, or spot at its ceiling, the on-demand price. */
  readonly usdAtMost: number;
}

/** What a train stage on rented machines may cost, in US dollars; known without asking the cloud. */
export interface StageCost {
  readonly stage: string;
  /** Name under "compute". */
  readonly compute: string;
  readonly spec: RentedCompute;
  readonly trainings: number;
  readonly parallel: number;
  /** The first of each market that would be tried, best first; without fresh prices spot stands at its ceiling. */
  readonly offers: readonly PlannedOffer[];
  /** The rung that is dearest for the longest life: the ladder may end on it. */
  readonly dearest: PlannedOffer | null;
  readonly usd: {
    /** On `dearest`, when no machine is lost. */
    readonly training: number;
    readonly atOnce: number;
    readonly inAll: number;
    /** When so many machines are lost that each training uses its "maxUsd" up. */
    readonly limit: number;
  };
  /** From earlier trainings of this stage; null where there are none, or nobody could be asked. */
  readonly expected: (Expectation & { readonly inAll: { readonly seconds: number; readonly usd: number } }) | null;
  /** Why it could not run at all. */
  readonly trouble: { readonly code: string; readonly message: string; readonly hint: string } | null;
}

type Prices = Pick<Catalogue, 'region' | 'zones' | 'types' | 'spotPrices'>;

const shownOfMarket = 3;
/** How many types of each market a search looks at. */
const ladderOfMarket = 40;

/**
 * One entry for each train stage of the plan that rents machines, in the plan's order.
 *
 * @param past machines of earlier runs, in any order.
 */
export function stageCosts(
  plan: CompiledPlan,
  prices: Prices,
  past: readonly PastMachine[] = [],
): readonly StageCost[] {
  return plan.stages.flatMap(({ name, spec: stage }) => {
    if (stage.kind !== 'train') return [];
    const spec = plan.file.compute[stage.compute];
    return spec?.provider === 'ec2' ? [stageCost({ plan, name, stage, spec, prices, past })] : [];
  });
}

function stageCost(asked: {
  readonly plan: CompiledPlan;
  readonly name: string;
  readonly stage: TrainStage;
  readonly spec: RentedCompute;
  readonly prices: Prices;
  readonly past: readonly PastMachine[];
}): StageCost {
  const { plan, name, stage, spec, prices, past } = asked;
  const trainings = stage.sweep?.trials ?? 1;
  const parallel = Math.min(trainings, stage.sweep?.parallel ?? 1);
  const { offers, trouble } = ladderOf(spec, prices);
  const [dearest = null] = [...offers].sort((a, b) => b.usdAtMost - a.usdAtMost || onDemandFirst(a, b));
  const training = dearest?.usdAtMost ?? 0;
  const about = { model: plan.file.model, stage: name };
  const each = expectedTraining(
    past,
    about,
    offers.map(({ offer }) => offer),
  );
  const firstOf = (market: Market) => offers.filter(({ offer }) => offer.market === market).slice(0, shownOfMarket);
  return {
    ...{ stage: name, compute: stage.compute, spec, trainings, parallel, dearest, trouble },
    offers: [...firstOf('spot'), ...firstOf('on-demand')],
    usd: {
      training,
      atOnce: training * parallel,
      inAll: training * trainings,
      limit: offers.length > 0 ? spec.maxUsd * trainings : 0,
    },
    expected: each && {
      ...each,
      inAll: { seconds: each.seconds * Math.ceil(trainings / parallel), usd: each.usd * trainings },
    },
  };
}

const onDemandFirst = (a: PlannedOffer, b: PlannedOffer) =>
  Number(a.offer.market === 'spot') - Number(b.offer.market === 'spot');

/** Every rung that may be tried: none that could cost more than "maxUsd" in "maxHours", at the price on demand. */
function ladderOf(
  { spot, maxHours, maxUsd, types, ...resources }: RentedCompute,
  { region, zones, types: catalogue, spotPrices }: Prices,
): Pick<StageCost, 'offers' | 'trouble'> {
  const markets: readonly Market[] = spot ? ['spot', 'on-demand'] : ['on-demand'];
  try {
    const { offers } = rankOffers(catalogue, resources, {
      ...{ region, zones, markets, spotPrices, avoided: new Set<string>() },
      ...{ maxUsdPerHour: maxUsd / maxHours, ...(types ? { types } : {}) },
    });
    const ladder = bestOfTypes(offers);
    const of = (market: Market) => ladder.filter((offer) => offer.market === market).slice(0, ladderOfMarket);
    const planned = markets.flatMap(of).map((offer) => ({ offer, usdAtMost: worstCaseUsd(offer, maxHours) }));
    return { offers: planned, trouble: null };
  } catch (error) {
    if (!isPerennialError(error)) throw error;
    const { code, message, hint } = error;
    return { offers: [], trouble: { code, message, hint } };
  }
}
