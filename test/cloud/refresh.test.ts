import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { bundledCatalogue } from '../../src/compute/catalogue.ts';
import { readAwsCatalogue } from '../../src/compute/ec2/refresh.ts';
import { rankOffers } from '../../src/compute/rank.ts';
import { pricePage, startCatalogueServer } from '../unit/compute/ec2/aws-catalogue-server.ts';
import { type Cloud, startCloud } from './cloud.ts';

// The fake cloud has the types and zones of the real one, and no Pricing API: prices come from the bundled catalogue, in pages of the real shape.
const priced = bundledCatalogue.types.flatMap(({ type, usdPerHour }) =>
  usdPerHour === null ? [] : [[type, usdPerHour.toFixed(10)] as const],
);

let cloud: Cloud;
beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'reader');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  cloud = await startCloud({});
});
afterAll(async () => {
  await cloud.stop();
  vi.unstubAllEnvs();
});

test('reading all of a region gives the bundled catalogue again, with zones and spot prices', async () => {
  await cloud.prices({ spot: { 'g6.xlarge': { 'us-east-1a': 0.31 } } });
  const pages = Array.from({ length: Math.ceil(priced.length / 100) }, (_, page) => [
    page === 0 ? '' : `${page}`,
    pricePage(priced.slice(page * 100, page * 100 + 100), (page + 1) * 100 < priced.length ? `${page + 1}` : undefined),
  ]);
  const pricing = await startCatalogueServer({ GetProducts: Object.fromEntries(pages) });
  const settings = { region: 'us-east-1', endpoint: cloud.endpoint, pricingEndpoint: pricing.endpoint };
  const read = await readAwsCatalogue(settings, new Date()).finally(() => pricing.close());
  const offered = new Map(read.types.map(({ zones, ...machine }) => [machine.type, machine]));
  const missing = bundledCatalogue.types.filter(({ type }) => !offered.has(type)).map(({ type }) => type);
  // The bundled file names types that no zone of us-east-1 has: they cannot be rented, and a refresh leaves them out.
  expect(missing.length).toBeLessThan(bundledCatalogue.types.length / 20);
  expect([...offered.values()]).toEqual(bundledCatalogue.types.filter(({ type }) => offered.has(type)));
  expect(read.zones).toEqual(bundledCatalogue.zones);
  expect(read.spotPrices.get('g6.xlarge/us-east-1a/spot')).toBe(0.31);

  const { region, zones, types, spotPrices } = read;
  const options = { region, zones, spotPrices, avoided: new Set<string>() };
  const wish = { gpu: 1, vramGiB: 20, vcpus: 2, memoryGiB: 16 };
  const [cheapest] = rankOffers(types, wish, { ...options, markets: ['on-demand'] }).offers;
  expect(cheapest).toMatchObject({ type: 'g6.xlarge', usdPerHour: 0.8048 });
  const spot = rankOffers(types, wish, { ...options, markets: ['spot'] }).offers;
  expect(spot.find(({ type, zone }) => type === 'g6.xlarge' && zone === 'us-east-1a')?.usdPerHour).toBe(0.31);
});
