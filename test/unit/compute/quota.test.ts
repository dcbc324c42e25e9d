import { describe, expect, it } from 'vitest';
import type { Market, Offer } from '../../../src/compute/offer.ts';
import { isOverQuota, quotaRefused } from '../../../src/compute/quota.ts';

const anOffer = (type: string, vcpus = 4, market: Market = 'spot'): Offer => ({
  ...{ type, vcpus, market, region: 'us-east-1', zone: 'us-east-1a', usdPerHour: 1, gpus: 0 },
});

/** Whether the second would be refused after the vCPUs of the first were. */
const follows = (refused: Offer, other: Offer) => {
  const spent = quotaRefused('VcpuLimitExceeded', refused);
  return spent !== null && isOverQuota(other, [spent]);
};

describe('the quota of vCPUs', () => {
  it.each([
    ['g6.xlarge', 'g4dn.xlarge', true],
    ['g6.xlarge', 'gr6.4xlarge', true],
    ['g6.xlarge', 'vt1.3xlarge', true],
    ['g6.xlarge', 'p3.2xlarge', false],
    ['m6i.large', 'c5a.large', true],
    ['m6i.large', 'im4gn.large', true],
    ['m6i.large', 'inf2.xlarge', false],
    ['p3.2xlarge', 'p4d.24xlarge', true],
    ['p4d.24xlarge', 'p5.48xlarge', false],
  ])('of %s is that of %s: %s', (refused, other, same) => {
    expect(follows(anOffer(refused), anOffer(other))).toBe(same);
  });

  it('is another one in each market, but not in each zone', () => {
    expect(follows(anOffer('g6.xlarge'), anOffer('g6.xlarge', 4, 'on-demand'))).toBe(false);
    expect(follows(anOffer('g6.xlarge'), { ...anOffer('g6.xlarge'), zone: 'us-east-1b' })).toBe(true);
    expect(follows(anOffer('p4d.24xlarge', 96, 'on-demand'), anOffer('p5.48xlarge', 192, 'on-demand'))).toBe(true);
  });

  it('may still have room for a smaller machine', () => {
    expect(follows(anOffer('g6.4xlarge', 16), anOffer('g6.2xlarge', 8))).toBe(false);
    expect(follows(anOffer('g6.4xlarge', 16), anOffer('g6.4xlarge', 16))).toBe(true);
  });
});

it('of spot machines has an error of its own, and is counted in vCPUs all the same', () => {
  const spent = quotaRefused('MaxSpotInstanceCountExceeded', anOffer('g6.xlarge'));
  expect(spent).toEqual({ quota: 'G and VT, spot', vcpus: 4 });
});

it('counts machines of one type apart from those of another', () => {
  const spent = quotaRefused('InstanceLimitExceeded', anOffer('g6.xlarge'));
  const isOver = (type: string) => spent !== null && isOverQuota(anOffer(type), [spent]);
  expect([isOver('g6.xlarge'), isOver('g6.2xlarge')]).toEqual([true, false]);
});

it('knows of no other offer where a quota binds the whole account', () => {
  expect(quotaRefused('ComputeLimit', anOffer('g6.xlarge'))).toBeNull();
});
