/**
 * A monotone map of numbers to `buckets` buckets. Values outside of it belong to no bucket. `linear` cuts an interval into equal widths.
 * `log` cuts the leading bits of the distance from `centre`, after `knee` was added: linear within the knee, logarithmic beyond, on both sides.
 */
export type ValueMap = LinearMap | LogMap;

export interface LinearMap {
  readonly kind: 'linear';
  readonly buckets: number;
  readonly low: number;
  readonly scale: number;
}

export interface LogMap {
  readonly kind: 'log';
  readonly buckets: number;
  readonly centre: number;
  readonly knee: number;
  /** Leading bits of the knee: the key of the centre is 0. */
  readonly base: number;
  readonly low: number;
  readonly shift: number;
}

/**
 * Chooses the map that spreads a sample best. Any choice is correct; a better one leaves fewer values to be sorted.
 * @param sample a few thousand of the values, ascending, finite
 * @returns null for no values, and where no map would spread them
 */
export function chooseMap(sample: Float64Array, buckets: number): ValueMap | null {
  const outer = Math.floor(sample.length / 1000);
  const [low, high] = [sample[outer], sample[sample.length - 1 - outer]];
  if (low === undefined || high === undefined) return null;
  if (low === high) return constantMap(low);
  const middle = sample[sample.length >> 1] as number;
  const knee = ((sample[(sample.length * 3) >> 2] as number) - (sample[sample.length >> 2] as number)) / 32;
  const maps: ValueMap[] = low > 0 || high < 0 ? [logMap(low, high, buckets, 0, 0)] : [];
  if (knee > 0 && Number.isFinite(knee)) maps.push(logMap(low, high, buckets, middle, knee));
  const linear = linearMap(low, high, buckets);
  if (linear?.scale === 1 && sample.every(Number.isInteger)) return linear;
  // The cheapest comes first, and stays unless another is clearly better.
  if (linear !== null) maps.unshift(linear);
  if (maps.length === 0) return null;
  return maps
    .map((map) => ({ map, crowding: crowding(map, sample) }))
    .reduce((best, each) => (each.crowding < best.crowding * 0.5 ? each : best)).map;
}

/** The lowest value of a bucket, but for rounding; that of bucket `buckets` is the end of the map. */
export function edgeOf(map: ValueMap, bucket: number): number {
  if (map.kind === 'linear') return map.low + bucket / map.scale;
  return fromKey(map, map.low + bucket * 2 ** map.shift);
}

/** The bucket of a value; below 0 or from `buckets` on for values outside. */
export function bucketOf(map: ValueMap, value: number): number {
  return Math.floor(placeOf(map, value));
}

function placeOf(map: ValueMap, value: number): number {
  if (map.kind === 'linear') return (value - map.low) * map.scale;
  return (keyOf(map, value) - map.low) / 2 ** map.shift;
}

/** One bucket that holds the constant and nothing else that a sample is likely to hold. */
function constantMap(value: number): ValueMap {
  return { kind: 'linear', buckets: 1, low: value, scale: 2 ** 52 / Math.max(Math.abs(value), 1e-280) };
}

function linearMap(low: number, high: number, buckets: number): LinearMap | null {
  if (!Number.isFinite(high - low)) return null;
  // Whole numbers get a bucket each, and lie in its middle.
  if (Number.isInteger(low) && Number.isInteger(high) && high - low < buckets)
    return { kind: 'linear', buckets: high - low + 1, low: low - 0.5, scale: 1 };
  // The largest value of the interval lies inside of the last bucket.
  const scale = buckets / ((high - low) * (1 + 1e-9));
  return Number.isFinite(scale) && scale > 0 ? { kind: 'linear', buckets, low, scale } : null;
}

function logMap(low: number, high: number, buckets: number, centre: number, knee: number): ValueMap {
  number[0] = knee;
  const base = words[leadingWord] as number;
  const [from, to] = [keyOf({ centre, knee, base }, low), keyOf({ centre, knee, base }, high)];
  let shift = 0;
  while ((to - from) / 2 ** shift >= buckets) shift += 1;
  const used = Math.floor((to - from) / 2 ** shift) + 1;
  return { kind: 'log', buckets: used, centre, knee, base, low: from, shift };
}

/**
 * How densely the sample's different values lie in the map, on average over them. Measured by the distance of near neighbours: a sample
 * that was taken evenly from sorted values has fewer in one bucket than one taken at random, and the same distances.
 */
function crowding(map: ValueMap, sample: Float64Array): number {
  const places = sample.filter((value, at) => value !== sample[at - 1]).map((value) => placeOf(map, value));
  const reach = Math.min(neighbours, places.length - 1);
  let sum = 0;
  for (let at = reach; at < places.length; at += 1) {
    const distance = (places[at] as number) - (places[at - reach] as number);
    sum += reach / Math.max(distance, nearest);
  }
  return sum;
}

const neighbours = 8;
/** Distances below it are noise. */
const nearest = 1 / 64;

/** A number whose bits can be read: write to `number[0]`, read `words[leadingWord]`. */
export const number = new Float64Array(1);
export const words = new Int32Array(number.buffer);
/** Which half of a Float64 holds the leading bits on this machine. */
export const leadingWord = new Int32Array(new Float64Array([-0]).buffer)[0] === 0 ? 1 : 0;

function keyOf({ centre, knee, base }: Pick<LogMap, 'centre' | 'knee' | 'base'>, value: number): number {
  const away = value - centre;
  number[0] = away < 0 ? knee - away : knee + away;
  return away < 0 ? base - (words[leadingWord] as number) : (words[leadingWord] as number) - base;
}

/** The lowest number with this key: below the centre the one whose other bits are all set. */
function fromKey({ centre, knee, base }: LogMap, key: number): number {
  words[leadingWord] = base + Math.abs(key);
  words[1 - leadingWord] = key < 0 ? -1 : 0;
  return key < 0 ? centre - ((number[0] as number) - knee) : centre + ((number[0] as number) - knee);
}
