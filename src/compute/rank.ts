import { PerennialError } from '../errors/error.ts';
import { closest } from '../plan/suggest.ts';
import { misfitsOf, type Rejection, rejectionOf } from './fit.ts';
import { impossible } from './impossible.ts';
import { type MachineType, type Market, type Offer, poolOf, type Resources } from './offer.ts';

export interface RankOptions {
  readonly region: string;
  readonly zones: readonly string[];
  readonly markets: readonly Market[];
  /** Present US dollars an hour by pool; a spot pool that is missing here is ranked at its ceiling, the on-demand price. */
  readonly spotPrices: ReadonlyMap<string, number>;
  /** Pools that have lately refused or interrupted somebody. */
  readonly avoided: ReadonlySet<string>;
  /** Only these types; without it all x86_64 types that are not bare metal. */
  readonly types?: readonly string[];
  /** An offer that can cost more an hour falls out. */
  readonly maxUsdPerHour?: number;
}

export interface RankedOffers {
  /** Spot pools by price, then on-demand by price; ties by name of type and zone. Empty when all that fit are avoided. */
  readonly offers: readonly Offer[];
  /** Every other type, in the catalogue's order, with the first thing that speaks against it. */
  readonly rejected: readonly Rejection[];
}

/**
 * All pools that can do the work, best first, and why every other type cannot.
 * @throws PRN-COMPUTE-004 no type fits · PRN-COMPUTE-005 a type in `types` does not exist · PRN-COMPUTE-003 all that fit are too dear ·
 * PRN-COMPUTE-008 none that fits has a price and a zone
 */
export function rankOffers(
  catalogue: readonly MachineType[],
  resources: Resources,
  options: RankOptions,
): RankedOffers {
  const named = namedTypes(catalogue, options.types);
  const judged = catalogue.map((machine) => {
    const misfits = misfitsOf(machine, resources, named);
    return { machine, misfits, pools: misfits.length > 0 ? [] : poolsOf(machine, options) };
  });
  const fitting = judged.filter(({ misfits }) => misfits.length === 0).map(({ machine }) => machine);
  if (fitting.length === 0) throw impossible(catalogue, resources, named);
  refuseUnsold(fitting, options);
  refuseDear(fitting, options);
  const offers: Offer[] = [];
  const rejected: Rejection[] = [];
  for (const { machine, misfits, pools } of judged) {
    const open = pools.filter((offer) => affordable(offer, options) && !options.avoided.has(poolOf(offer)));
    offers.push(...open);
    if (open.length === 0)
      rejected.push(rejectionOf(machine, misfits, resources, poolVerdict(machine, pools, options)));
  }
  return { offers: offers.sort(bestFirst), rejected };
}

function namedTypes(
  catalogue: readonly MachineType[],
  types: readonly string[] | undefined,
): ReadonlySet<string> | null {
  if (!types) return null;
  const known = new Set(catalogue.map(({ type }) => type));
  const unknown = types.find((type) => !known.has(type));
  if (unknown === undefined) return new Set(types);
  const meant = closest(unknown, known);
  throw new PerennialError('PRN-COMPUTE-005', {
    message: `There is no machine type ${JSON.stringify(unknown)} in the catalogue.`,
    ...(meant === null ? {} : { hint: `Did you mean ${JSON.stringify(meant)}?` }),
    details: { type: unknown, meant },
  });
}

function poolsOf(machine: MachineType, { region, zones, markets, spotPrices }: RankOptions): Offer[] {
  const { type, vcpus, usdPerHour: onDemand } = machine;
  const base = { type, region, vcpus, gpus: machine.gpu?.count ?? 0 };
  const there = zones.filter((zone) => machine.zones?.includes(zone) ?? true);
  return markets.flatMap((market) =>
    there.flatMap((zone): Offer[] => {
      const pool = { ...base, zone, market };
      if (market === 'on-demand') return onDemand === null ? [] : [{ ...pool, usdPerHour: onDemand }];
      const price = spotPrices.get(poolOf({ ...pool, usdPerHour: 0 })) ?? onDemand;
      if (price === null) return [];
      return [{ ...pool, usdPerHour: price, ceilingUsdPerHour: Math.max(price, onDemand ?? price) }];
    }),
  );
}

function affordable({ usdPerHour, ceilingUsdPerHour }: Offer, { maxUsdPerHour }: RankOptions): boolean {
  return maxUsdPerHour === undefined || (ceilingUsdPerHour ?? usdPerHour) <= maxUsdPerHour;
}

/** What can never be had is no matter of waiting. */
function refuseUnsold(fitting: readonly MachineType[], options: RankOptions): void {
  if (fitting.some((machine) => poolsOf(machine, options).length > 0)) return;
  const types = fitting.slice(0, 3).map(({ type }) => type);
  const others = fitting.length > types.length ? ` and ${fitting.length - types.length} others` : '';
  throw new PerennialError('PRN-COMPUTE-008', {
    message: `What fits has no known price, or is not offered in ${options.zones.join(', ')}: ${types.join(', ')}${others}.`,
    details: { types, zones: options.zones },
  });
}

function refuseDear(fitting: readonly MachineType[], options: RankOptions): void {
  const priced = fitting.flatMap((machine) => poolsOf(machine, options)).sort(bestFirst);
  const [cheapest] = priced;
  if (!cheapest || priced.some((offer) => affordable(offer, options))) return;
  const ceiling = cheapest.ceilingUsdPerHour ?? cheapest.usdPerHour;
  throw new PerennialError('PRN-COMPUTE-003', {
    message: `The cheapest machine that fits, ${cheapest.type}, can cost $${ceiling} an hour, and $${options.maxUsdPerHour} are allowed.`,
    details: { type: cheapest.type, usdPerHour: ceiling, maxUsdPerHour: options.maxUsdPerHour },
  });
}

function poolVerdict(
  { usdPerHour }: MachineType,
  pools: readonly Offer[],
  options: RankOptions,
): 'price' | 'zone' | 'dear' | 'avoided' {
  if (pools.length === 0) return usdPerHour === null ? 'price' : 'zone';
  return pools.some((offer) => affordable(offer, options)) ? 'avoided' : 'dear';
}

/** The best of each type and market, in the order of `offers`: for people, to whom a type in six zones is one type. */
export function bestOfTypes(offers: readonly Offer[]): readonly Offer[] {
  const best = new Map<string, Offer>();
  for (const offer of offers) {
    const name = `${offer.type}/${offer.market}`;
    if (!best.has(name)) best.set(name, offer);
  }
  return [...best.values()];
}

function bestFirst(a: Offer, b: Offer): number {
  if (a.market !== b.market) return a.market === 'spot' ? -1 : 1;
  return a.usdPerHour - b.usdPerHour || compare(a.type, b.type) || compare(a.zone, b.zone);
}

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));
