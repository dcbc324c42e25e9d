import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bundledCatalogue } from '../../../src/compute/catalogue.ts';
import { type MachineType, poolOf, type Resources } from '../../../src/compute/offer.ts';
import { bestOfTypes, type RankOptions, rankOffers } from '../../../src/compute/rank.ts';
import type { PerennialError } from '../../../src/errors/error.ts';

const { types, region, zones } = bundledCatalogue;
const nothing: Resources = { gpu: 0, vramGiB: 0, vcpus: 0, memoryGiB: 0 };
const onDemand: RankOptions = {
  region,
  zones: ['us-east-1a'],
  markets: ['on-demand'],
  spotPrices: new Map(),
  avoided: new Set(),
};
const bothMarkets: RankOptions = { ...onDemand, zones: ['us-east-1a', 'us-east-1b'], markets: ['spot', 'on-demand'] };
const ranked = (resources: Partial<Resources>, options: Partial<RankOptions> = {}, catalogue = types) =>
  rankOffers(catalogue, { ...nothing, ...resources }, { ...onDemand, ...options });
const answers = (resources: Partial<Resources>, count = 1) =>
  ranked(resources)
    .offers.slice(0, count)
    .map(({ type, usdPerHour }) => [type, usdPerHour]);

describe('the cheapest machine of the bundled catalogue', () => {
  it('with a GPU and 16 GiB is a g4dn.xlarge', () => {
    expect(answers({ gpu: 1, memoryGiB: 16 })).toEqual([['g4dn.xlarge', 0.526]]);
  });

  it('with 20 GiB of vRAM as well is a g6.xlarge', () => {
    expect(answers({ gpu: 1, memoryGiB: 16, vramGiB: 20 }, 3)).toEqual([
      ['g6.xlarge', 0.8048],
      ['g6.2xlarge', 0.9776],
      ['g5.xlarge', 1.006],
    ]);
  });

  it('with 64 GiB and 40 GiB of vRAM is a g6e.2xlarge', () => {
    expect(answers({ gpu: 1, memoryGiB: 64, vramGiB: 40 })).toEqual([['g6e.2xlarge', 2.24208]]);
  });

  it('with 8 GPUs and 512 GiB is a g6.48xlarge', () => {
    expect(answers({ gpu: 8, memoryGiB: 512 })).toEqual([['g6.48xlarge', 13.3504]]);
  });

  it('with 4 vCPUs, 16 GiB and no GPU is a t3a.xlarge', () => {
    expect(answers({ vcpus: 4, memoryGiB: 16 })).toEqual([['t3a.xlarge', 0.1504]]);
  });
});

describe('the bundled catalogue', () => {
  it('has all types with an NVIDIA GPU, seven of them without a price', () => {
    const gpus = types.filter(({ gpu }) => gpu !== null);
    expect([gpus.length, gpus.filter(({ usdPerHour }) => usdPerHour === null).length]).toEqual([65, 7]);
  });

  it('says where and when its prices were read', () => {
    expect({ region, date: bundledCatalogue.date, zones: zones.length }).toEqual({
      region: 'us-east-1',
      date: '2026-07-06',
      zones: 6,
    });
  });
});

describe('what does not fit', () => {
  const because = (resources: Partial<Resources>, type: string, options: Partial<RankOptions> = {}) =>
    ranked(resources, options).rejected.find((rejection) => rejection.type === type)?.because ?? 'fits';

  it.each([
    ['a marketed 24 GB card reports less and still counts as 24', { gpu: 1, vramGiB: 24 }, 'g6.xlarge', 'fits'],
    ['but not as 25', { gpu: 1, vramGiB: 25 }, 'g6.xlarge', 'vram'],
    ['a card that reports a whole number is sold as that', { gpu: 1, vramGiB: 17 }, 'g4dn.xlarge', 'vram'],
    ['a marketed 192 GB card fits 192', { gpu: 1, vramGiB: 192 }, 'p6-b200.48xlarge', 'fits'],
    ['a part of a GPU is none', { gpu: 1 }, 'g6f.4xlarge', 'fraction'],
    ['half a GPU is enough for who asks for half', { gpu: 0.5 }, 'g6f.4xlarge', 'fits'],
    ['vRAM needs a GPU, also when none is asked for', { vramGiB: 8 }, 't3a.xlarge', 'gpu'],
    ['arm64 cannot run the training image', { gpu: 1 }, 'g5g.xlarge', 'architecture'],
    ['bare metal starts too slowly', { gpu: 1 }, 'g4dn.metal', 'bare-metal'],
    ['a type without a price cannot be budgeted', { gpu: 1 }, 'g7.2xlarge', 'price'],
    ['too little memory', { gpu: 1, memoryGiB: 17 }, 'g6.xlarge', 'memory'],
    ['too few processors', { gpu: 1, vcpus: 5 }, 'g6.xlarge', 'vcpus'],
  ] as const)('%s', (_, resources, type, expected) => {
    expect(because(resources, type)).toBe(expected);
  });

  it('is told in words with both figures', () => {
    const { rejected } = ranked({ gpu: 1, vramGiB: 20 });
    expect(rejected.find(({ type }) => type === 'g4dn.xlarge')?.reason).toBe('has 16 GiB of vRAM, 20 are asked for');
  });

  it('leaves bare metal in when it is named', () => {
    expect(ranked({ gpu: 1 }, { types: ['g4dn.metal'] }).offers.map(({ type }) => type)).toEqual(['g4dn.metal']);
  });

  it('is refused as impossible with the closest type and the field that it lacks', () => {
    expect(() => ranked({ gpu: 16 })).toThrowError(
      expect.objectContaining({
        code: 'PRN-COMPUTE-004',
        message: expect.stringContaining('only 8 GPU'),
        details: { fields: ['gpu'], closest: 'g6.48xlarge' },
      }),
    );
    expect(() => ranked({ gpu: 1, memoryGiB: 16_000 })).toThrowError(
      expect.objectContaining({ details: expect.objectContaining({ fields: ['memoryGiB'] }) }),
    );
  });

  it('has the type that was meant when a name is mistyped', () => {
    expect(() => ranked({}, { types: ['g6.xlage'] })).toThrowError(
      expect.objectContaining({ code: 'PRN-COMPUTE-005', hint: 'Did you mean "g6.xlarge"?' }),
    );
  });

  it('is refused as too dear when no price is low enough', () => {
    expect(() => ranked({ gpu: 1 }, { maxUsdPerHour: 0.5 })).toThrowError(
      expect.objectContaining({ code: 'PRN-COMPUTE-003', message: expect.stringContaining('g4dn.xlarge') }),
    );
    expect(because({ gpu: 1 }, 'g6.xlarge', { maxUsdPerHour: 0.6 })).toBe('dear');
  });
});

describe('markets and pools', () => {
  const gpu = { gpu: 1, memoryGiB: 16 };
  const pools = (options: Partial<RankOptions>) => ranked(gpu, { ...bothMarkets, ...options }).offers.map(poolOf);

  it('come spot first, each by price, then by name', () => {
    const spotPrices = new Map([
      ['g6.xlarge/us-east-1b/spot', 0.2],
      ['g4dn.xlarge/us-east-1a/spot', 0.3],
    ]);
    const all = pools({ spotPrices, types: ['g4dn.xlarge', 'g6.xlarge'] });
    expect(all).toEqual([
      'g6.xlarge/us-east-1b/spot',
      'g4dn.xlarge/us-east-1a/spot',
      'g4dn.xlarge/us-east-1b/spot',
      'g6.xlarge/us-east-1a/spot',
      'g4dn.xlarge/us-east-1a/on-demand',
      'g4dn.xlarge/us-east-1b/on-demand',
      'g6.xlarge/us-east-1a/on-demand',
      'g6.xlarge/us-east-1b/on-demand',
    ]);
  });

  it('take the on-demand price for a spot price that nobody knows, and as the ceiling of one that is known', () => {
    const spotPrices = new Map([['g4dn.xlarge/us-east-1a/spot', 0.2]]);
    const { offers } = ranked(gpu, { ...bothMarkets, spotPrices, types: ['g4dn.xlarge'] });
    expect(offers.map(({ usdPerHour, ceilingUsdPerHour }) => [usdPerHour, ceilingUsdPerHour])).toEqual([
      [0.2, 0.526],
      [0.526, 0.526],
      [0.526, undefined],
      [0.526, undefined],
    ]);
  });

  it('are left out one by one when avoided; a type goes only with its last', () => {
    const avoided = new Set(['g4dn.xlarge/us-east-1a/on-demand']);
    const one = ranked(gpu, { ...bothMarkets, markets: ['on-demand'], avoided, types: ['g4dn.xlarge'] });
    expect(one.offers.map(({ zone }) => zone)).toEqual(['us-east-1b']);
    const none = ranked(gpu, { avoided, types: ['g4dn.xlarge'] });
    expect(none.offers).toEqual([]);
    expect(none.rejected.find(({ type }) => type === 'g4dn.xlarge')?.because).toBe('avoided');
  });
});

describe('zones in which a type is not to be had', () => {
  const [plain] = types.filter(({ type }) => type === 'g4dn.xlarge');
  if (!plain) throw new Error('the catalogue has no g4dn.xlarge');
  const onlyIn = (zone: string, type = 'g4dn.xlarge'): MachineType => ({ ...plain, type, zones: [zone] });

  it('have no pools of it', () => {
    const { offers } = ranked({ gpu: 1 }, bothMarkets, [onlyIn('us-east-1b')]);
    expect(offers.map(poolOf)).toEqual(['g4dn.xlarge/us-east-1b/spot', 'g4dn.xlarge/us-east-1b/on-demand']);
  });

  it('are the reason why it falls out, where none of ours is left', () => {
    const { rejected } = ranked({ gpu: 1 }, bothMarkets, [onlyIn('us-east-1a'), onlyIn('us-east-1f', 'g5.xlarge')]);
    expect(rejected).toMatchObject([{ type: 'g5.xlarge', because: 'zone', reason: 'is offered in none of the zones' }]);
  });

  it('end the search where nothing that fits is for sale: no waiting brings it', () => {
    const unsold = [onlyIn('us-east-1f'), { ...plain, type: 'g7.xlarge', usdPerHour: null }];
    expect(() => ranked({ gpu: 1 }, bothMarkets, unsold)).toThrowError(
      expect.objectContaining({ code: 'PRN-COMPUTE-008', message: expect.stringContaining('g4dn.xlarge, g7.xlarge') }),
    );
  });
});

it('shows people the best zone of each type and market', () => {
  const spotPrices = new Map([['g4dn.xlarge/us-east-1b/spot', 0.2]]);
  const { offers } = ranked({ gpu: 1 }, { ...bothMarkets, spotPrices, types: ['g4dn.xlarge'] });
  expect(bestOfTypes(offers).map(poolOf)).toEqual(['g4dn.xlarge/us-east-1b/spot', 'g4dn.xlarge/us-east-1a/on-demand']);
});

describe('for any catalogue and any wish', () => {
  const machine = fc.record<MachineType>({
    type: fc.stringMatching(/^[a-z]\d[a-z]\.(large|xlarge|metal)$/),
    vcpus: fc.integer({ min: 1, max: 64 }),
    memoryGiB: fc.integer({ min: 1, max: 256 }),
    gpu: fc.option(
      fc.record({
        name: fc.constant('L4'),
        count: fc.constantFrom(0.125, 0.5, 1, 2, 8),
        vramGiB: fc.constantFrom(16, 22.35, 44.7),
      }),
    ),
    architecture: fc.constantFrom('x86_64', 'arm64'),
    usdPerHour: fc.option(fc.double({ min: 0.01, max: 50, noNaN: true })),
  });
  const catalogue = fc.uniqueArray(machine, { selector: ({ type }) => type, minLength: 1, maxLength: 30 });
  const wish = fc.record<Resources>({
    gpu: fc.constantFrom(0, 1, 2),
    vramGiB: fc.constantFrom(0, 16, 24),
    vcpus: fc.integer({ min: 0, max: 32 }),
    memoryGiB: fc.integer({ min: 0, max: 128 }),
  });
  const options: RankOptions = { ...bothMarkets };

  it('every type is either offered or rejected with a reason, and what is offered is enough', () => {
    fc.assert(
      fc.property(catalogue, wish, (machines, resources) => {
        const result = attempt(machines, resources, options);
        if (!result) return;
        const offered = new Set(result.offers.map(({ type }) => type));
        const rejected = new Set(result.rejected.map(({ type }) => type));
        for (const { type, architecture, gpu, vcpus, memoryGiB } of machines) {
          expect(offered.has(type)).toBe(!rejected.has(type));
          if (!offered.has(type)) continue;
          expect(architecture).toBe('x86_64');
          expect([vcpus >= resources.vcpus, memoryGiB >= resources.memoryGiB]).toEqual([true, true]);
          expect(gpu?.count ?? 0).toBeGreaterThanOrEqual(resources.gpu);
        }
      }),
    );
  });

  it('the order is by market and price, and does not depend on the order of the catalogue', () => {
    fc.assert(
      fc.property(catalogue, wish, (machines, resources) => {
        const result = attempt(machines, resources, options);
        const mirrored = attempt([...machines].reverse(), resources, options);
        expect(mirrored?.offers).toEqual(result?.offers);
        const keys = (result?.offers ?? []).map(({ market, usdPerHour }) => [market === 'spot' ? 0 : 1, usdPerHour]);
        expect(keys).toEqual([...keys].sort(([a = 0, b = 0], [c = 0, d = 0]) => a - c || b - d));
      }),
    );
  });

  function attempt(machines: readonly MachineType[], resources: Resources, given: RankOptions) {
    try {
      return rankOffers(machines, resources, given);
    } catch (error) {
      // Nothing fits, or nothing that fits has a price: that is an answer, too.
      expect(['PRN-COMPUTE-004', 'PRN-COMPUTE-008']).toContain((error as PerennialError).code);
      return null;
    }
  }
});
