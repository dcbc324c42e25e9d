import { sumOf } from './ledger.ts';
import type { SampleSide, TwoSamples } from './two-samples.ts';
import { bucketOf, edgeOf, type ValueMap } from './value-map.ts';

/**
 * Counts the values of each side between edges. Buckets that were settled hold no edge inside: an edge lies at a value or between two
 * neighbours that came up as values (`below`), or at the edge of a bucket (`above`).
 * @param edges ascending
 * @param atEdge the bin of a value that equals an edge: the one below it (quantile bins) or above it (pictures)
 */
export function countBins(
  { map, marks, reference, current }: TwoSamples,
  edges: readonly number[],
  atEdge: 'below' | 'above',
): { readonly reference: readonly number[]; readonly current: readonly number[] } {
  const buckets = edges.map((edge) => (map === null ? 0 : bucketAt(map, edge, atEdge)));
  const count = (side: SampleSide): number[] => {
    const below = [...edgeCounts(side, marks, { edges, buckets, atEdge }), side.ledger.size];
    return below.map((upTo, bin) => upTo - (below[bin - 1] ?? 0));
  };
  return { reference: count(reference), current: count(current) };
}

interface Cuts {
  readonly edges: readonly number[];
  /** Per edge: the settled buckets before this one lie below it. */
  readonly buckets: readonly number[];
  readonly atEdge: 'below' | 'above';
}

/** Per edge, how many values of the side lie below it. */
function edgeCounts({ ledger, runs }: SampleSide, marks: Uint8Array, { edges, buckets, atEdge }: Cuts): number[] {
  let [bucket, run, count] = [0, 0, 0];
  return edges.map((edge, at) => {
    const upTo = buckets[at] as number;
    const last = firstPast(runs.values, edge, atEdge);
    count += settledIn(ledger.counts, marks, bucket, upTo) + sumOf(runs.counts, run, last);
    [bucket, run] = [Math.max(bucket, upTo), Math.max(run, last)];
    return count;
  });
}

/** A quantile's own bucket is one whose values came up; beside it, rounding must not take in a settled one. */
function bucketAt(map: ValueMap, edge: number, atEdge: 'below' | 'above'): number {
  let bucket = Math.min(map.buckets, Math.max(0, bucketOf(map, edge)));
  if (atEdge === 'below') return bucket;
  while (bucket < map.buckets && edgeOf(map, bucket) < edge) bucket += 1;
  while (bucket > 0 && edgeOf(map, bucket - 1) >= edge) bucket -= 1;
  return bucket;
}

/** @param values ascending */
function firstPast(values: Float64Array, edge: number, atEdge: 'below' | 'above'): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const value = values[middle] as number;
    if (atEdge === 'below' ? value > edge : value >= edge) high = middle;
    else low = middle + 1;
  }
  return low;
}

function settledIn(counts: Uint32Array, marks: Uint8Array, from: number, to: number): number {
  let sum = 0;
  for (let bucket = from; bucket < to; bucket += 1) if (marks[bucket] === 0) sum += counts[bucket] as number;
  return sum;
}
