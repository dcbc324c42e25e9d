import type { GetProductsCommandInput } from '@aws-sdk/client-pricing';

/** The Pricing API answers for every region, but only in three: the one that is nearest. */
export function pricingRegionFor(region: string): string {
  if (/^(eu|af|me|il)-/.test(region)) return 'eu-central-1';
  return /^ap-/.test(region) ? 'ap-south-1' : 'us-east-1';
}

/**
 * On-demand US dollars an hour by type, of Linux on shared hardware.
 *
 * @throws what the SDK throws.
 */
export async function onDemandPrices(
  region: string,
  { endpoint, timeoutMs }: { readonly endpoint: string | null; readonly timeoutMs: number },
): Promise<ReadonlyMap<string, number>> {
  const { paginateGetProducts, PricingClient } = await import('@aws-sdk/client-pricing');
  const client = new PricingClient({
    region: pricingRegionFor(region),
    ...(endpoint && { endpoint }),
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: timeoutMs, throwOnRequestTimeout: true },
  });
  const prices = new Map<string, number>();
  try {
    for await (const { PriceList } of paginateGetProducts({ client, pageSize: 100 }, products(region)))
      for (const entry of PriceList ?? []) {
        const { type, usd } = priceOf(String(entry));
        // Where a type is listed twice, no budget may rest on the lower price.
        if (type !== null && usd > 0) prices.set(type, Math.max(usd, prices.get(type) ?? 0));
      }
  } finally {
    client.destroy();
  }
  return prices;
}

function products(region: string): GetProductsCommandInput {
  const fields = {
    regionCode: region,
    operatingSystem: 'Linux',
    tenancy: 'Shared',
    preInstalledSw: 'NA',
    capacitystatus: 'Used',
    marketoption: 'OnDemand',
  };
  return {
    ServiceCode: 'AmazonEC2',
    FormatVersion: 'aws_v1',
    Filters: Object.entries(fields).map(([Field, Value]) => ({ Type: 'TERM_MATCH', Field, Value })),
  };
}

/** One entry of a price list: a JSON document in a string. */
interface Product {
  readonly product?: { readonly attributes?: { readonly instanceType?: string } };
  readonly terms?: { readonly OnDemand?: Readonly<Record<string, Term>> };
}

interface Term {
  readonly priceDimensions?: Readonly<
    Record<string, { readonly unit?: string; readonly pricePerUnit?: { readonly USD?: string } }>
  >;
}

function priceOf(entry: string): { readonly type: string | null; readonly usd: number } {
  const { product, terms } = JSON.parse(entry) as Product;
  const dimensions = Object.values(terms?.OnDemand ?? {}).flatMap((term) => Object.values(term.priceDimensions ?? {}));
  const hourly = dimensions.filter(({ unit }) => unit === 'Hrs').map(({ pricePerUnit }) => Number(pricePerUnit?.USD));
  return { type: product?.attributes?.instanceType ?? null, usd: Math.max(0, ...hourly.filter(Number.isFinite)) };
}
