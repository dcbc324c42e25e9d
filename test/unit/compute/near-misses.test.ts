import { expect, it } from 'vitest';
import { bundledCatalogue } from '../../../src/compute/catalogue.ts';
import { groupRejections } from '../../../src/compute/near-misses.ts';
import { rankOffers } from '../../../src/compute/rank.ts';

const { rejected } = rankOffers(
  bundledCatalogue.types,
  { gpu: 1, vramGiB: 20, vcpus: 0, memoryGiB: 16 },
  { region: 'us-east-1', zones: ['a'], markets: ['on-demand'], spotPrices: new Map(), avoided: new Set() },
);

it('every rejected type is counted once, the largest group first', () => {
  const counts = groupRejections(rejected).map(({ count }) => count);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(rejected.length);
  expect(counts).toEqual([...counts].sort((a, b) => b - a));
});

it('the nearest are those that lack least and nothing else, cheapest first', () => {
  const vram = groupRejections(rejected).find(({ because }) => because === 'vram');
  expect(vram?.nearest.map(({ type }) => type)).toEqual(['g4dn.xlarge', 'g4dn.2xlarge', 'g4dn.4xlarge']);
});

it('a type that has none of what is asked for is not near', () => {
  const gpu = groupRejections(rejected).find(({ because }) => because === 'gpu');
  expect(gpu?.nearest).toEqual([]);
});
