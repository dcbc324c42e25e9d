import type { Misfit } from '../../compute/fit.ts';
import type { RejectionGroup } from '../../compute/near-misses.ts';
import type { MachineType, Market, Resources } from '../../compute/offer.ts';
import { formatCount } from '../../report/numbers.ts';
import { paint, type Style, wrap } from './style.ts';
import { renderTable } from './table.ts';

/** What `perennial compute offers` answers. */
export interface OfferList {
  readonly asked: Resources;
  readonly catalogue: {
    readonly date: string;
    readonly source: string;
    readonly region: string;
    readonly types: number;
  };
  /** How many types fit, of which `offers` has the best. */
  readonly fitting: number;
  readonly offers: readonly {
    readonly type: string;
    readonly market: Market;
    /** Where a spot machine has this price; null where the price is the same in all zones. */
    readonly zone: string | null;
    readonly usdPerHour: number;
    /** The price is only an upper bound. */
    readonly atMost: boolean;
    readonly vcpus: number;
    readonly memoryGiB: number;
    readonly gpu: MachineType['gpu'];
  }[];
  readonly rejected: readonly RejectionGroup[];
}

export function renderOffers({ catalogue, fitting, offers, rejected }: OfferList, style: Style): string {
  const columns = [
    { title: 'type' },
    { title: 'USD/hour', align: 'right' },
    { title: 'market' },
    { title: 'vCPUs', align: 'right' },
    { title: 'GiB', align: 'right' },
    { title: 'GPU' },
  ] as const;
  const rows = offers.map((offer) => [
    offer.type,
    `${offer.atMost ? '≤ ' : ''}${offer.usdPerHour}`,
    offer.zone === null ? offer.market : `${offer.market}, ${offer.zone}`,
    String(offer.vcpus),
    String(offer.memoryGiB),
    gpuText(offer.gpu),
  ]);
  const head = `${formatCount(fitting)} of ${formatCount(catalogue.types)} types fit; prices of ${catalogue.region}, ${catalogue.date}`;
  return [
    paint(style, 'strong', head),
    renderTable(columns, rows, { ...style, indent: 2 }),
    ...(rejected.length > 0 ? ['', paint(style, 'strong', 'Why the others fall out')] : []),
    ...rejected.flatMap((group) => groupLines(group, style)),
  ].join('\n');
}

function gpuText(gpu: MachineType['gpu']): string {
  return gpu === null ? '–' : `${gpu.count} × ${gpu.name}, ${gpu.vramGiB} GiB`;
}

function groupLines({ because, count, nearest }: RejectionGroup, style: Style): string[] {
  const misses = nearest.map(({ type, reason }) => `nearest: ${type} ${reason}`);
  return [
    `  ${formatCount(count).padStart(5)}  ${words[because]}`,
    ...misses.flatMap((miss) =>
      wrap(miss, style.width - 9).map((line) => paint(style, 'muted', `${' '.repeat(9)}${line}`)),
    ),
  ];
}

const words: Readonly<Record<Misfit, string>> = {
  unnamed: 'not among the types that are asked for',
  architecture: 'arm64: the training image is x86_64',
  'bare-metal': 'bare metal: takes long to start',
  gpu: 'no GPU, or too few',
  fraction: 'only a part of a GPU',
  vram: 'too little vRAM',
  vcpus: 'too few vCPUs',
  memory: 'too little memory',
  price: 'no known price',
  zone: 'offered in none of the zones',
  dear: 'too dear',
  avoided: 'lately refused in every zone',
};
