import { bucketOf, type LinearMap, type LogMap, leadingWord, number, type ValueMap, words } from './value-map.ts';

/** What one pass over the values of one side keeps of them: enough for everything that does not depend on the order inside a bucket. */
export interface Ledger {
  readonly map: ValueMap | null;
  /** Values per bucket. */
  readonly counts: Uint32Array;
  /** Sum of value - `origin` per bucket. */
  readonly sums: Float64Array;
  readonly origin: number;
  /** All values outside of the map, ascending, infinite ones included. */
  readonly outside: Float64Array;
  /** How many values there are in all, and how many of them are infinite. */
  readonly size: number;
  readonly infinite: { readonly negative: number; readonly positive: number };
  /** How many values lie below the map. */
  readonly below: number;
  /** Of the values inside of the map: sum of squares of value - `centre`. */
  readonly centre: number;
  readonly squares: number;
}

/**
 * A side's values, in any order and in as many pieces as they come; NaN is no value and passed over. Who needs them twice scans twice: what
 * is too large for memory is read again instead of being sorted.
 */
export interface Sample {
  /** About how many values there are; at least as many. */
  readonly size: number;
  /** Calls `visit` with one piece after the other; they are valid during the call only. */
  scan(visit: (values: Float64Array) => void): Promise<void>;
  /** What a sample that was sorted before knows without being scanned. */
  readonly prepared?: PreparedSample;
}

export interface PreparedSample {
  readonly ledger: Ledger;
  /** Buckets of very many values of which few differ, ascending, each with its values: they need not be read. */
  readonly ties: readonly Ties[];
  /** The values at these places of the ascending order, one stretch after the other. */
  read(places: readonly (readonly [from: number, count: number])[]): Float64Array;
}

export interface Ties {
  readonly bucket: number;
  /** Ascending, each with how often it occurs. */
  readonly values: readonly number[];
  readonly counts: readonly number[];
}

/** The pass over a side. @param map null keeps all values, sorted: for samples that are too small to be worth buckets */
export async function keepLedger(sample: Sample, map: ValueMap | null): Promise<Ledger> {
  const buckets = map?.buckets ?? 0;
  const counts = new Uint32Array(buckets);
  const sums = new Float64Array(buckets);
  const origin = map === null ? 0 : map.kind === 'linear' ? map.low : map.centre;
  const outside = growing(map === null ? sample.size : 1024);
  let centre = Number.NaN;
  let squares = 0;
  await sample.scan((values) => {
    if (Number.isNaN(centre)) centre = middleOf(values);
    if (map === null) outside.addAll(values.filter((value) => !Number.isNaN(value)));
    else if (map.kind === 'linear') squares += countLinear(values, map, { counts, sums, outside, centre });
    else squares += countLog(values, map, { counts, sums, outside, centre });
  });
  const sorted = outside.values().sort();
  // From sorted values, so that the same values in another order give the same digits.
  if (map === null) centre = middleOf(sorted);
  if (Number.isNaN(centre)) centre = 0;
  return { map, counts, sums, origin, centre, squares, ...outsideOf(sorted, counts, map) };
}

function outsideOf(
  outside: Float64Array,
  counts: Uint32Array,
  map: ValueMap | null,
): Pick<Ledger, 'outside' | 'size' | 'infinite' | 'below'> {
  const inside = sumOf(counts, 0, counts.length);
  const negative = firstFrom(outside, (value) => value > Number.NEGATIVE_INFINITY);
  const positive = outside.length - firstFrom(outside, (value) => value === Number.POSITIVE_INFINITY);
  const below = map === null ? outside.length : firstFrom(outside, (value) => bucketOf(map, value) >= 0);
  return { outside, size: inside + outside.length, infinite: { negative, positive }, below };
}

/** The sum of a part, `to` not included. */
export function sumOf(numbers: Float64Array | Uint32Array, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at += 1) sum += numbers[at] as number;
  return sum;
}

/** Index of the first value for which `holds`, which holds for all after it; the length where there is none. */
function firstFrom(sorted: Float64Array, holds: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(sorted[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The median of a few values: squares are taken from near the mean, so that they keep their digits. NaN for no finite value. */
function middleOf(values: Float64Array): number {
  const step = Math.max(1, Math.floor(values.length / 255));
  const some = Array.from({ length: Math.ceil(values.length / step) }, (_, at) => values[at * step] as number);
  const finite = some.filter(Number.isFinite).sort((a, b) => a - b);
  return finite[finite.length >> 1] ?? Number.NaN;
}

interface Tally {
  readonly counts: Uint32Array;
  readonly sums: Float64Array;
  readonly outside: Growing;
  readonly centre: number;
}

function countLinear(
  values: Float64Array,
  { low, scale, buckets }: LinearMap,
  { counts, sums, outside, centre }: Tally,
): number {
  let squares = 0;
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] as number;
    const above = value - low;
    const place = above * scale;
    if (place >= 0 && place < buckets) {
      const bucket = place | 0;
      counts[bucket] = (counts[bucket] as number) + 1;
      sums[bucket] = (sums[bucket] as number) + above;
      squares += (value - centre) * (value - centre);
    } else if (!Number.isNaN(value)) outside.add(value);
  }
  return squares;
}

function countLog(
  values: Float64Array,
  { low, shift, buckets, centre: middle, knee, base }: LogMap,
  { counts, sums, outside, centre }: Tally,
): number {
  let squares = 0;
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] as number;
    const away = value - middle;
    number[0] = away < 0 ? knee - away : knee + away;
    const leading = words[leadingWord] as number;
    const above = (away < 0 ? base - leading : leading - base) - low;
    const bucket = above >>> shift;
    if (above >= 0 && bucket < buckets) {
      counts[bucket] = (counts[bucket] as number) + 1;
      sums[bucket] = (sums[bucket] as number) + away;
      squares += (value - centre) * (value - centre);
    } else if (!Number.isNaN(value)) outside.add(value);
  }
  return squares;
}

/** Numbers that are added one by one without knowing how many will come. */
export interface Growing {
  add(value: number): void;
  addAll(values: Float64Array): void;
  values(): Float64Array;
}

export function growing(capacity: number): Growing {
  let held = new Float64Array(Math.max(capacity, 16));
  let size = 0;
  const reserve = (more: number): void => {
    if (size + more <= held.length) return;
    const larger = new Float64Array(Math.max(held.length * 2, size + more));
    larger.set(held.subarray(0, size));
    held = larger;
  };
  return {
    add(value) {
      if (size === held.length) reserve(1);
      held[size] = value;
      size += 1;
    },
    addAll(values) {
      reserve(values.length);
      held.set(values, size);
      size += values.length;
    },
    values: () => held.subarray(0, size),
  };
}
