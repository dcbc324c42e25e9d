import { short } from './measured-column.ts';
import { bucketOf, edgeOf, type ValueMap } from './value-map.ts';

/** Bins of a picture: between edges, or one for each of few different values. */
export interface PictureBins {
  readonly edges: readonly number[];
  readonly values: readonly number[] | null;
}

/**
 * Bins of equal width between the outer percentiles of both sides, first and last open; a bin for each value where there are few. Edges
 * are moved to the nearest edge of a bucket, so that the buckets' counts add up to the bins' counts.
 * @param distinct the different values where they are few, ascending
 * @param ends per side that has values: smallest, 1st and 99th percentile, largest
 */
export function pictureEdges(
  map: ValueMap | null,
  distinct: readonly number[] | null,
  ends: readonly (readonly number[])[],
): PictureBins {
  if (distinct !== null) return { edges: distinct.slice(1), values: distinct };
  const end = (at: number, pick: (...values: number[]) => number): number =>
    pick(...ends.map((side) => side[at] as number));
  let [low, high] = [end(1, Math.min), end(2, Math.max)];
  // Nearly all values equal: the rare others must not collapse into one bin of no width.
  if (low === high) [low, high] = [end(0, Math.min), end(3, Math.max)];
  const equal = Array.from({ length: bins - 1 }, (_, edge) => low + ((edge + 1) / bins) * (high - low));
  return { edges: [...new Set(equal.map((edge) => atBucketEdge(map, edge)))], values: null };
}

export function pictureLabels({ edges, values }: PictureBins): string[] {
  if (values !== null) return values.map(short);
  const [first, last] = [edges[0], edges.at(-1)];
  if (first === undefined || last === undefined) return ['all'];
  const inner = edges.slice(1).map((edge, at) => `${short(edges[at] as number)} to ${short(edge)}`);
  return [`< ${short(first)}`, ...inner, `≥ ${short(last)}`];
}

const bins = 24;

function atBucketEdge(map: ValueMap | null, edge: number): number {
  if (map === null) return edge;
  const bucket = bucketOf(map, edge);
  return bucket < 0 || bucket >= map.buckets ? edge : edgeOf(map, bucket);
}
