import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CatalogueServer, pricePage, startCatalogueServer } from '../compute/ec2/aws-catalogue-server.ts';
import { perennial } from './fake-terminal.ts';

const cwd = mkdtempSync(join(tmpdir(), 'perennial-refresh-'));
const file = join(cwd, '.perennial/machine-types.json');
const servers: CatalogueServer[] = [];
beforeAll(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'reader');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  for (const server of servers) await server.close();
  rmSync(cwd, { recursive: true, force: true });
});

const typeXml = (type: string) =>
  `<item><instanceType>${type}</instanceType><currentGeneration>true</currentGeneration><processorInfo><supportedArchitectures><item>x86_64</item></supportedArchitectures></processorInfo><vCpuInfo><defaultVCpus>4</defaultVCpus></vCpuInfo><memoryInfo><sizeInMiB>16384</sizeInMiB></memoryInfo></item>`;

/** A region with these types and prices; spot costs a third in zone b. */
async function region(
  prices: Readonly<Record<string, number>>,
  refuse: Parameters<typeof startCatalogueServer>[1] = {},
) {
  const types = Object.keys(prices);
  const each = (item: (type: string) => string) => types.map(item).join('');
  const pages = {
    DescribeInstanceTypes: { '': `<instanceTypeSet>${each(typeXml)}</instanceTypeSet>` },
    DescribeInstanceTypeOfferings: {
      '': `<instanceTypeOfferingSet>${each((type) => `<item><instanceType>${type}</instanceType><location>eu-west-1b</location></item>`)}</instanceTypeOfferingSet>`,
    },
    DescribeSpotPriceHistory: {
      '': `<spotPriceHistorySet>${each((type) => `<item><instanceType>${type}</instanceType><spotPrice>${((prices[type] ?? 0) / 3).toFixed(4)}</spotPrice><timestamp>2026-11-21T09:00:00.000Z</timestamp><availabilityZone>eu-west-1b</availabilityZone></item>`)}</spotPriceHistorySet>`,
    },
    GetProducts: { '': pricePage(Object.entries(prices).map(([type, usd]) => [type, usd.toFixed(10)])) },
  };
  const server = await startCatalogueServer(pages, refuse);
  servers.push(server);
  const env = { PERENNIAL_EC2_ENDPOINT: server.endpoint, PERENNIAL_EC2_PRICING_ENDPOINT: server.endpoint };
  return async (...argv: string[]) => await perennial(['compute', ...argv], { cwd, env });
}

describe('compute refresh', () => {
  it('keeps what AWS says where offers look, and tells what has changed since', async () => {
    const first = await region({ 'm6i.xlarge': 0.192, 'm7i.xlarge': 0.2, 'c6i.xlarge': 0.17 });
    const { code, stdout } = await first('refresh', '--region', 'eu-west-1');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^3 machine types of eu-west-1, 0 with a GPU; prices of 2013-11-20\n {2}1 zone, 3 spot prices/,
    );
    expect(stdout).toContain(`written to ${file}`);
    expect(stdout).not.toContain('since');

    const later = await region({ 'm6i.xlarge': 0.2112, 'm7i.xlarge': 0.2, 'm9i.xlarge': 0.3 });
    const again = await later('refresh', '--region', 'eu-west-1');
    expect(again.stdout).toContain('since 2013-11-20: 1 new, 1 gone, 1 at another price');
    expect(again.stdout).toMatch(
      /new: m9i\.xlarge\n\s+gone: c6i\.xlarge\n\s+moved most: m6i\.xlarge 0\.192 → 0\.2112 \(\+10\.0 %\)/,
    );
    expect((await later('refresh', '--region', 'eu-west-1')).stdout).toContain('nothing new since 2013-11-20');

    const offers = await later('offers', '--spot', '--limit', '2');
    expect(offers.stdout).toContain('3 of 3 types fit; prices of eu-west-1, 2013-11-20');
    expect(offers.stdout).toMatch(/m7i\.xlarge +0\.0667 +spot, eu-west-1b/);
  });

  it('tells a program the same', async () => {
    const cloud = await region({ 'm6i.xlarge': 0.192 });
    await cloud('refresh', '--region', 'eu-west-1');
    const { stdout } = await cloud('refresh', '--region', 'eu-west-1', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ region: 'eu-west-1', types: 1, withGpu: 0, spotPrices: 1, file },
      ...{ before: { date: '2013-11-20' }, changes: { added: [], gone: [], moved: [] } },
    });
  });

  it('changes nothing when a permission is missing, and names it', async () => {
    const cloud = await region({ 'm6i.xlarge': 9 }, { GetProducts: [400, 'AccessDeniedException', 'not authorized'] });
    const before = await cloud('offers', '--json');
    const { code, stderr } = await cloud('refresh', '--region', 'eu-west-1');
    expect(code).toBe(1);
    expect(stderr).toMatch(/does not permit pricing:GetProducts[\s\S]*PRN-COMPUTE-032/);
    expect((await cloud('offers', '--json')).stdout).toBe(before.stdout);
  });

  it('asks for a region when none is set', async () => {
    const { stderr } = await perennial(['compute', 'refresh'], { cwd });
    expect(stderr).toMatch(/It is not known which region[\s\S]*--region us-east-1/);
  });
});
