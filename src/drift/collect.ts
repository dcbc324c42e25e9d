import { type Growing, growing, type Sample } from './ledger.ts';
import { type LinearMap, type LogMap, leadingWord, number, type ValueMap, words } from './value-map.ts';

/** Values in ascending order, each once, with how often it occurs. */
export interface Runs {
  readonly values: Float64Array;
  readonly counts: Float64Array;
}

/** The second pass: every value of the marked buckets. The value that a bucket shows first is only counted, so that ties cost no memory. */
export async function collectRuns(sample: Sample, map: ValueMap, marks: Uint8Array): Promise<Runs> {
  const first = new Float64Array(map.buckets).fill(Number.NaN);
  const repeated = new Uint32Array(map.buckets);
  const others = growing(1024);
  await sample.scan((values) => {
    if (map.kind === 'linear') gatherLinear(values, map, { marks, first, repeated, others });
    else gatherLog(values, map, { marks, first, repeated, others });
  });
  return mergeRuns(firstRuns(first, repeated), runsOf(others.values().sort()));
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

interface Gathering {
  readonly marks: Uint8Array;
  readonly first: Float64Array;
  readonly repeated: Uint32Array;
  readonly others: Growing;
}

function gatherLinear(
  values: Float64Array,
  { low, scale, buckets }: LinearMap,
  { marks, first, repeated, others }: Gathering,
): void {
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] as number;
    const place = (value - low) * scale;
    if (!(place >= 0 && place < buckets)) continue;
    const bucket = place | 0;
    if (marks[bucket] === 0) continue;
    if (repeated[bucket] === 0) first[bucket] = value;
    if (first[bucket] === value) repeated[bucket] = (repeated[bucket] as number) + 1;
    else others.add(value);
  }
}

function gatherLog(
  values: Float64Array,
  { low, shift, buckets, centre, knee, base }: LogMap,
  { marks, first, repeated, others }: Gathering,
): void {
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] as number;
    const away = value - centre;
    number[0] = away < 0 ? knee - away : knee + away;
    const leading = words[leadingWord] as number;
    const above = (away < 0 ? base - leading : leading - base) - low;
    const bucket = above >>> shift;
    if (!(above >= 0) || bucket >= buckets || marks[bucket] === 0) continue;
    if (repeated[bucket] === 0) first[bucket] = value;
    if (first[bucket] === value) repeated[bucket] = (repeated[bucket] as number) + 1;
    else others.add(value);
  }
}

function firstRuns(first: Float64Array, repeated: Uint32Array): Runs {
  const values = new Float64Array(first.length);
  const counts = new Float64Array(first.length);
  let used = 0;
  for (let bucket = 0; bucket < first.length; bucket += 1) {
    if (repeated[bucket] === 0) continue;
    values[used] = first[bucket] as number;
    counts[used] = repeated[bucket] as number;
    used += 1;
  }
  return { values: values.subarray(0, used), counts: counts.subarray(0, used) };
}
