import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { pricingRegionFor } from '../../../../src/compute/ec2/on-demand-prices.ts';
import { readAwsCatalogue } from '../../../../src/compute/ec2/refresh.ts';
import { type CatalogueServer, pricePage, startCatalogueServer } from './aws-catalogue-server.ts';

let server: CatalogueServer | null = null;
beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'reader');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server?.close();
  server = null;
});

const now = new Date('2026-11-21T10:00:00.000Z');
const gpuXml = (count: number, share: number, mib: number, maker = 'NVIDIA') =>
  `<gpuInfo><gpus><item><name>L4</name><manufacturer>${maker}</manufacturer><count>${count}</count><logicalGpuCount>1</logicalGpuCount><gpuPartitionSize>${share}</gpuPartitionSize><memoryInfo><sizeInMiB>${mib}</sizeInMiB></memoryInfo></item></gpus></gpuInfo>`;
const typeXml = (type: string, gpu = '', { architecture = 'x86_64', current = true } = {}) =>
  `<item><instanceType>${type}</instanceType><currentGeneration>${current}</currentGeneration><processorInfo><supportedArchitectures><item>${architecture}</item></supportedArchitectures></processorInfo><vCpuInfo><defaultVCpus>4</defaultVCpus></vCpuInfo><memoryInfo><sizeInMiB>16384</sizeInMiB></memoryInfo>${gpu}</item>`;
const typesXml = (types: string, next = '') =>
  `<instanceTypeSet>${types}</instanceTypeSet>${next && `<nextToken>${next}</nextToken>`}`;
const offeredXml = (...pairs: readonly (readonly [type: string, zone: string])[]) =>
  `<instanceTypeOfferingSet>${pairs.map(([type, zone]) => `<item><instanceType>${type}</instanceType><locationType>availability-zone</locationType><location>${zone}</location></item>`).join('')}</instanceTypeOfferingSet>`;
const spotXml = (...rows: readonly (readonly [type: string, zone: string, usd: string, at: string])[]) =>
  `<spotPriceHistorySet>${rows.map(([type, zone, usd, at]) => `<item><instanceType>${type}</instanceType><productDescription>Linux/UNIX</productDescription><spotPrice>${usd}</spotPrice><timestamp>${at}</timestamp><availabilityZone>${zone}</availabilityZone></item>`).join('')}</spotPriceHistorySet>`;

const pages = {
  DescribeInstanceTypes: {
    '': typesXml(typeXml('g6.xlarge', gpuXml(1, 1, 22_888)) + typeXml('g6f.large', gpuXml(0, 0.125, 2_861)), 'more'),
    more: typesXml(
      typeXml('m6i.xlarge') +
        typeXml('m1.xlarge', '', { current: false }) +
        typeXml('g4ad.xlarge', gpuXml(1, 1, 8_192, 'AMD')) +
        typeXml('mac2.metal', '', { architecture: 'arm64_mac' }) +
        typeXml('g7.xlarge', gpuXml(1, 1, 32_768)) +
        typeXml('z9.xlarge'),
    ),
  },
  DescribeInstanceTypeOfferings: {
    '': offeredXml(
      ...(['g6.xlarge', 'g6f.large', 'm6i.xlarge', 'm1.xlarge', 'g4ad.xlarge', 'mac2.metal', 'g7.xlarge'] as const).map(
        (type) => [type, 'us-east-1b'] as const,
      ),
      ['g6.xlarge', 'us-east-1a'],
      ['g6.xlarge', 'us-east-1-bos-1a'],
    ),
  },
  DescribeSpotPriceHistory: {
    '': spotXml(
      ['g6.xlarge', 'us-east-1a', '0.350000', '2026-11-21T08:00:00.000Z'],
      ['g6.xlarge', 'us-east-1a', '0.310000', '2026-11-21T09:00:00.000Z'],
      ['m1.xlarge', 'us-east-1b', '0.010000', '2026-11-21T09:00:00.000Z'],
    ),
  },
  GetProducts: {
    '': pricePage([['g6.xlarge', '0.8048000000']], 'page-2'),
    'page-2': pricePage([
      ['g6f.large', '0.2020000000'],
      ['m6i.xlarge', '0.1920000000'],
      ['m1.xlarge', '0.3500000000'],
      ['g4ad.xlarge', '0.3785000000'],
      ['g7.xlarge', '0.0000000000'],
    ]),
  },
} as const;

async function refreshed(refuse: Parameters<typeof startCatalogueServer>[1] = {}, region = 'us-east-1') {
  server = await startCatalogueServer(pages, refuse);
  return await readAwsCatalogue({ region, endpoint: server.endpoint, pricingEndpoint: server.endpoint }, now);
}

describe('what AWS says about machine types', () => {
  test('becomes a catalogue: all pages, zones and prices, and no type that nobody would train on', async () => {
    const catalogue = await refreshed();
    expect(catalogue).toMatchObject({
      date: '2026-11-21',
      region: 'us-east-1',
      zones: ['us-east-1a', 'us-east-1b'],
    });
    expect(catalogue.types.map(({ type, usdPerHour, zones }) => [type, usdPerHour, zones])).toEqual([
      ['g6.xlarge', 0.8048, ['us-east-1a', 'us-east-1b']],
      ['g6f.large', 0.202, ['us-east-1b']],
      ['g7.xlarge', null, ['us-east-1b']],
      ['m6i.xlarge', 0.192, ['us-east-1b']],
    ]);
    expect([...catalogue.spotPrices]).toEqual([['g6.xlarge/us-east-1a/spot', 0.31]]);
  });

  test('keeps the memory that a GPU reports, and counts a part of one as a part', async () => {
    const { types } = await refreshed();
    expect(types.slice(0, 2).map(({ gpu }) => gpu)).toEqual([
      { name: 'L4', count: 1, vramGiB: 22.35 },
      { name: 'L4', count: 0.125, vramGiB: 2.79 },
    ]);
  });

  test('is asked for Linux on shared hardware of the region, in one of the regions that know prices', async () => {
    await refreshed({}, 'eu-west-1').catch(() => undefined);
    const asked = server?.asked.find(({ action }) => action === 'GetProducts');
    expect(JSON.parse(asked?.parameters ?? '{}').Filters).toContainEqual({
      ...{ Type: 'TERM_MATCH', Field: 'regionCode', Value: 'eu-west-1' },
    });
    expect(asked?.authorization).toContain('/eu-central-1/pricing/');
    expect(['us-west-2', 'ca-central-1', 'ap-south-1', 'me-south-1'].map(pricingRegionFor)).toEqual([
      ...['us-east-1', 'us-east-1', 'ap-south-1', 'eu-central-1'],
    ]);
  });
});

describe('what can go wrong', () => {
  const denied = [403, 'UnauthorizedOperation', 'You are not authorized to perform this operation.'] as const;
  test.each([
    ['DescribeInstanceTypes', denied, 'PRN-COMPUTE-032', 'ec2:DescribeInstanceTypes'],
    ['DescribeInstanceTypeOfferings', denied, 'PRN-COMPUTE-032', 'ec2:DescribeInstanceTypeOfferings'],
    ['DescribeSpotPriceHistory', denied, 'PRN-COMPUTE-032', 'ec2:DescribeSpotPriceHistory'],
    ['GetProducts', [400, 'AccessDeniedException', 'no'], 'PRN-COMPUTE-032', 'pricing:GetProducts'],
    ['DescribeInstanceTypes', [400, 'RequestExpired', 'old'], 'PRN-COMPUTE-033', 'the credentials have expired'],
    ['GetProducts', [400, 'ExpiredTokenException', 'old'], 'PRN-COMPUTE-033', 'the credentials have expired'],
    ['DescribeInstanceTypes', [401, 'AuthFailure', 'no'], 'PRN-COMPUTE-033', 'AWS in us-east-1 does not accept them'],
    ['DescribeInstanceTypes', [503, 'Unavailable', 'later'], 'PRN-COMPUTE-022', 'ec2:DescribeInstanceTypes'],
  ] as const)('%s refused (%j) is %s: %s', async (action, refusal, code, says) => {
    await expect(refreshed({ [action]: refusal })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(says),
    });
  });

  test('no credentials at all', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('HOME', '/nonexistent');
    await expect(refreshed()).rejects.toMatchObject({
      code: 'PRN-COMPUTE-033',
      message: expect.stringContaining('no AWS credentials were found'),
    });
  });

  test.each(['us-east', 'Frankfurt', ''])('%j is no region, which is known without asking', async (region) => {
    await expect(refreshed({}, region)).rejects.toMatchObject({ code: 'PRN-COMPUTE-034' });
    expect(server?.asked).toEqual([]);
  });

  test('a region whose endpoint has no address does not exist', async () => {
    const settings = { region: 'us-nowhere-7', endpoint: 'http://ec2.us-nowhere-7.invalid', pricingEndpoint: null };
    server = await startCatalogueServer(pages);
    const nowhere = readAwsCatalogue({ ...settings, pricingEndpoint: server.endpoint }, now);
    await expect(nowhere).rejects.toMatchObject({ code: 'PRN-COMPUTE-034' });
  });

  test('a region without any price does not exist', async () => {
    server = await startCatalogueServer({ ...pages, GetProducts: { '': pricePage([]) } });
    const { endpoint } = server;
    const none = readAwsCatalogue({ region: 'us-nowhere-7', endpoint, pricingEndpoint: endpoint }, now);
    await expect(none).rejects.toMatchObject({ code: 'PRN-COMPUTE-034' });
  });
});
