import type { Offer } from './offer.ts';

/** What an AWS quota has refused: offers that count against the same quota, and need as much of it, would be refused too. */
export interface SpentQuota {
  /** For people: `G and VT, on-demand`. */
  readonly quota: string;
  /** Offers with fewer vCPUs may still fit into what is left. */
  readonly vcpus: number;
}

/**
 * The quota that a refusal speaks of, of the two kinds that leave other offers open: vCPUs of a family in one market, and machines of one
 * type. Null: it binds whatever would be launched.
 */
export function quotaRefused(code: string, offer: Offer): SpentQuota | null {
  if (code === 'VcpuLimitExceeded' || code === 'MaxSpotInstanceCountExceeded')
    return { quota: vcpuQuotaOf(offer), vcpus: offer.vcpus };
  if (code === 'InstanceLimitExceeded') return { quota: typeQuotaOf(offer), vcpus: 0 };
  return null;
}

export function isOverQuota(offer: Offer, spent: readonly SpentQuota[]): boolean {
  const names = [vcpuQuotaOf(offer), typeQuotaOf(offer)];
  return spent.some(({ quota, vcpus }) => names.includes(quota) && offer.vcpus >= vcpus);
}

/** AWS counts vCPUs by family of types and by market, over all zones of a region. */
function vcpuQuotaOf({ type, market }: Offer): string {
  const [, letters = '', generation = ''] = /^([a-z]+)(\d*)/.exec(type) ?? [];
  // The newest GPUs have spot quotas of their own. One name too many costs a call, one too few a machine that was to be had.
  if (letters === 'p') return `P${market === 'spot' && Number(generation) > 4 ? generation : ''}, ${market}`;
  return `${families.find(([, members]) => members.includes(letters))?.[0] ?? letters.toUpperCase()}, ${market}`;
}

const typeQuotaOf = ({ type, market }: Offer) => `${type}, ${market}`;

const families: readonly (readonly [name: string, letters: readonly string[]])[] = [
  ['Standard (A, C, D, H, I, M, R, T, Z)', ['a', 'c', 'd', 'h', 'i', 'im', 'is', 'm', 'r', 't', 'z']],
  ['G and VT', ['g', 'gr', 'vt']],
];
