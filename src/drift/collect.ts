import { type Growing, growing, type Sample } from './ledger.ts';
import { type LinearMap, type LogMap, leadingWord, number, type ValueMap, words } from './value-map.ts';

/** Values in ascending order, each once, with how often it occurs. */
export interface Runs {
  readonly values: Float64Array;
  readonly counts: Float64Array;
}

/**
 * The second pass: every value of the marked buckets. Those of a bucket are put side by side at once, so that only neighbours are left to
 * be sorted. In a bucket of very many, the value that it shows first is only counted: ties cost no memory.
 * @param counts values per bucket
 */
export async function collectRuns(
  sample: Sample,
  map: ValueMap,
  marks: Uint8Array,
  counts: Uint32Array,
): Promise<Runs> {
  const places = placesOf(marks, counts);
  await sample.scan((values) => {
    if (map.kind === 'linear') gatherLinear(values, map, places);
    else gatherLog(values, map, places);
  });
  sortPlaced(places, counts);
  return mergeRuns(crowdRuns(places), runsOf(places.placed));
}

/** @param sorted ascending */
export function runsOf(sorted: Float64Array): Runs {
  const values = new Float64Array(sorted.length);
  const counts = new Float64Array(sorted.length);
  let used = 0;
  for (let at = 0; at < sorted.length; at += 1) {
    const value = sorted[at] as number;
    if (used > 0 && values[used - 1] === value) counts[used - 1] = (counts[used - 1] as number) + 1;
    else {
      values[used] = value;
      counts[used] = 1;
      used += 1;
    }
  }
  return { values: values.subarray(0, used), counts: counts.subarray(0, used) };
}

/** Two lists of runs as one; a value in both is one run. */
export function mergeRuns(a: Runs, b: Runs): Runs {
  if (a.values.length === 0) return b;
  if (b.values.length === 0) return a;
  const values = new Float64Array(a.values.length + b.values.length);
  const counts = new Float64Array(values.length);
  let i = 0;
  let j = 0;
  let used = 0;
  while (i < a.values.length || j < b.values.length) {
    const takeA = i < a.values.length && (j === b.values.length || (a.values[i] as number) <= (b.values[j] as number));
    const takeB = j < b.values.length && (i === a.values.length || (b.values[j] as number) <= (a.values[i] as number));
    values[used] = takeA ? (a.values[i] as number) : (b.values[j] as number);
    counts[used] = (takeA ? (a.counts[i] as number) : 0) + (takeB ? (b.counts[j] as number) : 0);
    if (takeA) i += 1;
    if (takeB) j += 1;
    used += 1;
  }
  return { values: values.subarray(0, used), counts: counts.subarray(0, used) };
}

const wanted = 1;
const crowded = 2;
const crowdedFrom = 4_096;
/** Up to so many neighbours are sorted by insertion; native sorting costs more than that to be called. */
const fewNeighbours = 48;

interface Places {
  /** Per bucket: 0, wanted, or crowded. */
  readonly state: Uint8Array;
  /** Where the next value of a bucket goes; of a crowded one, its place among these. */
  readonly next: Uint32Array;
  readonly placed: Float64Array;
  /** Per crowded bucket the value that it showed first, and how often; all others that lie in one of them. */
  readonly first: Float64Array;
  readonly repeated: Uint32Array;
  readonly others: Growing;
}

function placesOf(marks: Uint8Array, counts: Uint32Array): Places {
  const state = new Uint8Array(marks.length);
  const next = new Uint32Array(marks.length);
  let [room, crowds] = [0, 0];
  for (let bucket = marks.indexOf(1); bucket >= 0; bucket = marks.indexOf(1, bucket + 1)) {
    const count = counts[bucket] as number;
    const isCrowded = count >= crowdedFrom;
    state[bucket] = isCrowded ? crowded : wanted;
    next[bucket] = isCrowded ? crowds : room;
    if (isCrowded) crowds += 1;
    else room += count;
  }
  const placed = new Float64Array(room);
  return {
    state,
    next,
    placed,
    first: new Float64Array(crowds),
    repeated: new Uint32Array(crowds),
    others: growing(0),
  };
}

function sortPlaced({ state, next, placed }: Places, counts: Uint32Array): void {
  for (let bucket = state.indexOf(wanted); bucket >= 0; bucket = state.indexOf(wanted, bucket + 1)) {
    const end = next[bucket] as number;
    const start = end - (counts[bucket] as number);
    if (end - start > fewNeighbours) placed.subarray(start, end).sort();
    else sortFew(placed, start, end);
  }
}

function sortFew(values: Float64Array, start: number, end: number): void {
  for (let at = start + 1; at < end; at += 1) {
    const value = values[at] as number;
    let hole = at;
    while (hole > start && (values[hole - 1] as number) > value) {
      values[hole] = values[hole - 1] as number;
      hole -= 1;
    }
    values[hole] = value;
  }
}

function gatherLinear(values: Float64Array, { low, scale, buckets }: LinearMap, places: Places): void {
  const { state, next, placed } = places;
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] as number;
    const place = (value - low) * scale;
    if (!(place >= 0 && place < buckets)) continue;
    const bucket = place | 0;
    if (state[bucket] === wanted) {
      const to = next[bucket] as number;
      placed[to] = value;
      next[bucket] = to + 1;
    } else if (state[bucket] === crowded) addToCrowd(places, next[bucket] as number, value);
  }
}

function gatherLog(values: Float64Array, { low, shift, buckets, centre, knee, base }: LogMap, places: Places): void {
  const { state, next, placed } = places;
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] as number;
    const away = value - centre;
    number[0] = away < 0 ? knee - away : knee + away;
    const leading = words[leadingWord] as number;
    const above = (away < 0 ? base - leading : leading - base) - low;
    const bucket = above >>> shift;
    if (!(above >= 0) || bucket >= buckets) continue;
    if (state[bucket] === wanted) {
      const to = next[bucket] as number;
      placed[to] = value;
      next[bucket] = to + 1;
    } else if (state[bucket] === crowded) addToCrowd(places, next[bucket] as number, value);
  }
}

function addToCrowd({ first, repeated, others }: Places, crowd: number, value: number): void {
  if (repeated[crowd] === 0) first[crowd] = value;
  if (first[crowd] === value) repeated[crowd] = (repeated[crowd] as number) + 1;
  else others.add(value);
}

function crowdRuns({ first, repeated, others }: Places): Runs {
  return mergeRuns({ values: first, counts: Float64Array.from(repeated) }, runsOf(others.values().sort()));
}
