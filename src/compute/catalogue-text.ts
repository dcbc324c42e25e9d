import { z } from 'zod';
import type { MachineType } from './offer.ts';

/** Machine types and prices of one region on one day. */
export interface Catalogue {
  /** When the prices were read. */
  readonly date: string;
  readonly source: string;
  readonly region: string;
  /** The region's zones; in the bundled catalogue the usual names, as which hardware stands in which differs by account. */
  readonly zones: readonly string[];
  readonly types: readonly MachineType[];
  /** US dollars an hour by spot pool, as they were that day. */
  readonly spotPrices: ReadonlyMap<string, number>;
}

/** A machine type as a line of a catalogue's text: the values of `columns`; the zones are missing where nobody has asked. */
type Row = readonly (string | number | null | readonly string[])[];

const columns = [
  'type',
  'vcpus',
  'memoryGiB',
  'architecture',
  'usdPerHour',
  'gpu',
  'gpus',
  'vramGiB',
  'zones',
] as const;

export function machineTypeOf([
  type,
  vcpus,
  memoryGiB,
  architecture,
  usd,
  gpu,
  gpus,
  vramGiB,
  zones,
]: Row): MachineType {
  return {
    type: String(type),
    vcpus: Number(vcpus),
    memoryGiB: Number(memoryGiB),
    architecture: architecture === 'arm64' ? 'arm64' : 'x86_64',
    usdPerHour: typeof usd === 'number' ? usd : null,
    gpu: typeof gpu === 'string' ? { name: gpu, count: Number(gpus), vramGiB: Number(vramGiB) } : null,
    ...(Array.isArray(zones) ? { zones } : {}),
  };
}

/** A catalogue as text, one machine type and one spot pool a line, so that two of them can be compared by eye. */
export function catalogueText({ types, spotPrices, ...head }: Catalogue): string {
  const fields = Object.entries({ ...head, columns }).map(([name, value]) => `  "${name}": ${JSON.stringify(value)},`);
  const rows = types.map(({ type, vcpus, memoryGiB, architecture, usdPerHour, gpu, zones = [] }) =>
    JSON.stringify([type, vcpus, memoryGiB, architecture, usdPerHour, ...gpuCells(gpu), zones]),
  );
  const pools = [...spotPrices].map((pool) => JSON.stringify(pool));
  return `{\n${fields.join('\n')}\n  "types": ${lines(rows)},\n  "spotPrices": ${lines(pools)}\n}\n`;
}

/** The catalogue that a text holds, or what is wrong with it. */
export function readCatalogueText(text: string): Catalogue | { readonly wrong: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error) };
  }
  const read = document.safeParse(parsed);
  if (!read.success) {
    const [issue] = read.error.issues;
    return { wrong: `${issue?.path.join('.') || 'the document'}: ${issue?.message}` };
  }
  const { types, spotPrices, date, source, region, zones } = read.data;
  return { date, source, region, zones, types: types.map(machineTypeOf), spotPrices: new Map(spotPrices) };
}

const usd = z.number().positive();
const document = z.object({
  date: z.iso.date(),
  source: z.string(),
  region: z.string(),
  zones: z.array(z.string()).min(1),
  types: z
    .array(
      z.tuple([
        z.string(),
        z.int().positive(),
        z.number().positive(),
        z.enum(['x86_64', 'arm64']),
        usd.nullable(),
        z.string().nullable(),
        z.number().min(0),
        z.number().min(0),
        z.array(z.string()),
      ]),
    )
    .min(1),
  spotPrices: z.array(z.tuple([z.string(), usd])),
});

const gpuCells = (gpu: MachineType['gpu']) => (gpu ? [gpu.name, gpu.count, gpu.vramGiB] : [null, 0, 0]);

const lines = (rows: readonly string[]) => (rows.length === 0 ? '[]' : `[\n    ${rows.join(',\n    ')}\n  ]`);
