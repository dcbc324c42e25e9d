import type { InstanceTypeInfo, SpotPrice } from '@aws-sdk/client-ec2';
import type { Catalogue } from '../catalogue-text.ts';
import type { MachineType } from '../offer.ts';
import { type Ec2Clients, ec2Clients } from './clients.ts';
import { machineTypeFrom } from './machine-types.ts';
import { onDemandPrices } from './on-demand-prices.ts';
import { refreshTrouble, requireRegion, unknownRegion } from './refresh-trouble.ts';
import { newestByPool } from './spot-prices.ts';

/** Null endpoints: AWS itself. */
export interface RefreshSettings {
  readonly region: string;
  readonly endpoint: string | null;
  readonly pricingEndpoint: string | null;
}

/**
 * Everything that AWS says about machine types of a region: facts, the zones in which this account may have them, prices on demand and
 * spot prices of this moment. Reads only, and all of it or nothing.
 *
 * @throws PRN-COMPUTE-032 a permission is missing · PRN-COMPUTE-033 no, expired or unknown credentials · PRN-COMPUTE-034 no such region ·
 * PRN-COMPUTE-022 no answer
 */
export async function readAwsCatalogue(settings: RefreshSettings, now: Date, timeoutMs = 30_000): Promise<Catalogue> {
  const { region, pricingEndpoint } = settings;
  requireRegion(region);
  const clients = await ec2Clients(settings, { launchMs: timeoutMs, askMs: timeoutMs })();
  const asking = async <T>(action: string, answer: Promise<T>): Promise<T> =>
    await answer.catch((error: unknown) => {
      throw refreshTrouble(error, action, region);
    });
  try {
    const [infos, offered, spotPrices, prices] = await Promise.all([
      asking('ec2:DescribeInstanceTypes', instanceTypes(clients)),
      asking('ec2:DescribeInstanceTypeOfferings', zonesByType(clients, region)),
      asking('ec2:DescribeSpotPriceHistory', spotPricesNow(clients, now)),
      asking('pricing:GetProducts', onDemandPrices(region, { endpoint: pricingEndpoint, timeoutMs })),
    ]);
    if (prices.size === 0) throw unknownRegion(region, 'the Pricing API knows no price in it');
    const types = infos
      .map((info) =>
        machineTypeFrom(info, {
          zones: offered.get(info.InstanceType ?? '') ?? [],
          usdPerHour: prices.get(info.InstanceType ?? '') ?? null,
        }),
      )
      .filter((machine) => machine !== null)
      .sort((a, b) => (a.type < b.type ? -1 : 1));
    return catalogueOf(region, types, spotPrices, now);
  } finally {
    clients.asking.destroy();
    clients.launching.destroy();
  }
}

function catalogueOf(
  region: string,
  types: readonly MachineType[],
  spotPrices: ReadonlyMap<string, number>,
  now: Date,
): Catalogue {
  const names = new Set(types.map(({ type }) => type));
  return {
    date: now.toISOString().slice(0, 10),
    source: 'EC2 and Pricing APIs',
    region,
    zones: [...new Set(types.flatMap(({ zones = [] }) => zones))].sort(),
    types,
    spotPrices: new Map([...spotPrices].filter(([pool]) => names.has(pool.split('/')[0] ?? '')).sort()),
  };
}

async function instanceTypes({ sdk, asking }: Ec2Clients): Promise<readonly InstanceTypeInfo[]> {
  const infos: InstanceTypeInfo[] = [];
  for await (const page of sdk.paginateDescribeInstanceTypes({ client: asking, pageSize: 100 }, {}))
    infos.push(...(page.InstanceTypes ?? []));
  return infos;
}

/** The region's own zones: local zones (us-east-1-bos-1a) have prices of their own, which nobody tells us. */
async function zonesByType(
  { sdk, asking }: Ec2Clients,
  region: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const zones = new Map<string, string[]>();
  const request = { LocationType: 'availability-zone' } as const;
  for await (const page of sdk.paginateDescribeInstanceTypeOfferings({ client: asking, pageSize: 1_000 }, request))
    for (const { InstanceType: type, Location: zone } of page.InstanceTypeOfferings ?? [])
      if (type && zone && new RegExp(`^${region}[a-z]$`).test(zone))
        zones.set(type, [...(zones.get(type) ?? []), zone]);
  for (const list of zones.values()) list.sort();
  return zones;
}

async function spotPricesNow({ sdk, asking }: Ec2Clients, now: Date): Promise<ReadonlyMap<string, number>> {
  const rows: SpotPrice[] = [];
  // From now on: EC2 answers with the price that is in force.
  const request = { ProductDescriptions: ['Linux/UNIX'], StartTime: now };
  for await (const page of sdk.paginateDescribeSpotPriceHistory({ client: asking, pageSize: 1_000 }, request))
    rows.push(...(page.SpotPriceHistory ?? []));
  return newestByPool(rows);
}
