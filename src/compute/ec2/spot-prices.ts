import type { DescribeSpotPriceHistoryRequest, SpotPrice } from '@aws-sdk/client-ec2';
import { troubleOf } from './answers.ts';
import type { Ec2Clients } from './clients.ts';

/** Present US dollars an hour by pool name, for the zones in which machines may be launched. */
export async function spotPrices(
  { sdk, asking }: Ec2Clients,
  types: readonly string[],
  zones: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (types.length === 0) return new Map();
  const rows: SpotPrice[] = [];
  const request: DescribeSpotPriceHistoryRequest = {
    InstanceTypes: [...types] as NonNullable<DescribeSpotPriceHistoryRequest['InstanceTypes']>,
    ProductDescriptions: ['Linux/UNIX'],
    Filters: [{ Name: 'availability-zone', Values: [...zones] }],
    // From now on: EC2 answers with the price that is in force.
    StartTime: new Date(),
  };
  try {
    for await (const page of sdk.paginateDescribeSpotPriceHistory({ client: asking }, request))
      rows.push(...(page.SpotPriceHistory ?? []));
  } catch (error) {
    throw troubleOf(error, 'tell the prices of spot pools');
  }
  return newestByPool(rows);
}

/** The newest row of each pool; rows without a price are passed over. */
export function newestByPool(rows: readonly SpotPrice[]): ReadonlyMap<string, number> {
  const oldestFirst = [...rows].sort((a, b) => (a.Timestamp?.getTime() ?? 0) - (b.Timestamp?.getTime() ?? 0));
  const priced = oldestFirst.map(
    (row) => [`${row.InstanceType}/${row.AvailabilityZone}/spot`, Number(row.SpotPrice)] as const,
  );
  return new Map(priced.filter(([, usd]) => usd > 0));
}
