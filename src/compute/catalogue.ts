import bundled from './catalogue.json' with { type: 'json' };
import type { MachineType } from './offer.ts';

/** Machine types and prices of one region on one day. */
export interface Catalogue {
  /** When the prices were read. */
  readonly date: string;
  readonly source: string;
  readonly region: string;
  /** The usual names of the region's zones; which hardware stands in which is known only to AWS, and differs by account. */
  readonly zones: readonly string[];
  readonly types: readonly MachineType[];
}

/** The catalogue that comes with Perennial; `scripts/compute-catalogue.mjs` makes it. */
export const bundledCatalogue: Catalogue = { ...bundled, types: bundled.types.map(machineType) };

type Row = readonly (string | number | null)[];

function machineType([type, vcpus, memoryGiB, architecture, usd, gpu, gpus, vramGiB]: Row): MachineType {
  return {
    type: String(type),
    vcpus: Number(vcpus),
    memoryGiB: Number(memoryGiB),
    architecture: architecture === 'arm64' ? 'arm64' : 'x86_64',
    usdPerHour: typeof usd === 'number' ? usd : null,
    gpu: typeof gpu === 'string' ? { name: gpu, count: Number(gpus), vramGiB: Number(vramGiB) } : null,
  };
}
