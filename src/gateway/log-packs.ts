/**
 * Names of a gateway's log in the object store. It writes `<folder>/<gateway>-<sequence>.ndjson`, a segment a second; what an hour has brought
 * is packed as `<folder>/<gateway>-<first>-<last>.parquet`, of segments of one life of one gateway: it sends these in their order, so that
 * none between the first and the last can still come.
 */
interface Segment {
  readonly folder: string;
  readonly gateway: string;
  readonly sequence: bigint;
}

interface PackRange {
  readonly folder: string;
  readonly gateway: string;
  readonly first: bigint;
  readonly last: bigint;
}

/** Segments that become one file. */
export interface Pack {
  readonly key: string;
  readonly segments: readonly string[];
}

/** What gateways log: each kind lies below a prefix of its name. */
export const logKinds = ['requests', 'labels'] as const;
export type LogKind = (typeof logKinds)[number];

/** Port: writes the lines of the pack's segments as one Parquet object under the pack's key. */
export type PackLog = (kind: LogKind, pack: Pack) => Promise<void>;

/** An hour of a busy gateway, with room. */
const segmentsAtMost = 5_000;
/** The first digits of a sequence: the instant at which the gateway started, in epoch milliseconds. */
const digitsOfLife = 13;

/** @returns of a key of a log the name of the gateway that wrote it; null of other keys */
export function gatewayOf(key: string): string | null {
  return (segmentOf(key) ?? rangeOf(key))?.gateway ?? null;
}

/** Without the segments whose lines lie in a packed file as well: each line is there once. */
export function withoutPacked(keys: readonly string[]): string[] {
  const packed = new Set(packedSegments(keys));
  return keys.filter((key) => !packed.has(key));
}

/** The segments whose lines lie in a packed file as well. */
export function packedSegments(keys: readonly string[]): string[] {
  const ranges = new Map<string, PackRange[]>();
  for (const key of keys) {
    const range = rangeOf(key);
    if (range !== null) listed(ranges, writerOf(range)).push(range);
  }
  return keys.filter((key) => {
    const segment = segmentOf(key);
    const known = segment === null ? undefined : ranges.get(writerOf(segment));
    if (segment === null || known === undefined) return false;
    return known.some(({ first, last }) => first <= segment.sequence && segment.sequence <= last);
  });
}

/** How the segments that no packed file holds yet are to be packed. */
export function packsOf(keys: readonly string[]): Pack[] {
  const lives = new Map<string, { readonly key: string; readonly sequence: bigint }[]>();
  for (const key of withoutPacked(keys)) {
    const segment = segmentOf(key);
    if (segment === null) continue;
    const life = String(segment.sequence).slice(0, digitsOfLife);
    listed(lives, `${writerOf(segment)}-${life}`).push({ key, sequence: segment.sequence });
  }
  return [...lives.values()].flatMap((segments) => {
    segments.sort((a, b) => (a.sequence < b.sequence ? -1 : 1));
    const packs: Pack[] = [];
    for (let from = 0; from < segments.length; from += segmentsAtMost)
      packs.push(packOf(segments.slice(from, from + segmentsAtMost)));
    return packs;
  });
}

function packOf(segments: readonly { readonly key: string; readonly sequence: bigint }[]): Pack {
  const [first, last] = [segments[0], segments.at(-1)] as const;
  const keys = segments.map(({ key }) => key);
  return { key: `${first?.key.replace(/\.ndjson$/, '')}-${last?.sequence}.parquet`, segments: keys };
}

function segmentOf(key: string): Segment | null {
  const found = /^(.*)\/([^/]+)-(\d+)\.ndjson$/.exec(key);
  if (found === null) return null;
  const [, folder = '', gateway = '', sequence = ''] = found;
  return { folder, gateway, sequence: BigInt(sequence) };
}

function rangeOf(key: string): PackRange | null {
  const found = /^(.*)\/([^/]+)-(\d+)-(\d+)\.parquet$/.exec(key);
  if (found === null) return null;
  const [, folder = '', gateway = '', first = '', last = ''] = found;
  return { folder, gateway, first: BigInt(first), last: BigInt(last) };
}

function writerOf({ folder, gateway }: Pick<Segment, 'folder' | 'gateway'>): string {
  return `${folder}/${gateway}`;
}

function listed<T>(lists: Map<string, T[]>, name: string): T[] {
  const list = lists.get(name) ?? [];
  lists.set(name, list);
  return list;
}
