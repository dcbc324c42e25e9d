/** Facts about one machine type, as the bundled catalogue and a refresh from the cloud hold them. */
export interface MachineType {
  readonly type: string;
  readonly vcpus: number;
  readonly memoryGiB: number;
  /** Null: no GPU. `count` is fractional for partitions of a GPU; `vramGiB` is what one GPU really reports. */
  readonly gpu: { readonly name: string; readonly count: number; readonly vramGiB: number } | null;
  readonly architecture: 'x86_64' | 'arm64';
  /** On-demand US dollars an hour in the catalogue's region; null where no price is known. */
  readonly usdPerHour: number | null;
  /** Zones in which the account may have it; absent where nobody has asked. */
  readonly zones?: readonly string[];
}

/** What a training asks of its machine; numbers are lower bounds. */
export interface Resources {
  readonly gpu: number;
  /** Marketed GiB of one GPU: a "24 GB" card that reports 22.4 GiB satisfies 24. */
  readonly vramGiB: number;
  readonly vcpus: number;
  readonly memoryGiB: number;
}

export type Market = 'spot' | 'on-demand';

/** One machine type in one zone and market, at a price: a rung of the ladder. */
export interface Offer {
  readonly type: string;
  readonly region: string;
  readonly zone: string;
  readonly market: Market;
  readonly usdPerHour: number;
  /**
   * What an hour can cost at most, where that is more than `usdPerHour`: AWS moves spot prices, and caps them at the on-demand
   * price unless told otherwise.
   */
  readonly ceilingUsdPerHour?: number;
  readonly vcpus: number;
  readonly gpus: number;
}

/** Names the pool that refuses or interrupts: type, zone and market. */
export function poolOf({ type, zone, market }: Offer): string {
  return `${type}/${zone}/${market}`;
}
