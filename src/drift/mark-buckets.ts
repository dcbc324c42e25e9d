import type { Ledger } from './ledger.ts';

/**
 * Says which buckets cannot be settled by counts and sums: where the distribution functions may cross inside of it, where their largest
 * distance may lie inside of it, and where a wanted rank lies.
 * @param ranks per side, among finite values; where a rank and its successor are wanted, all buckets between them are marked too
 */
export function markBuckets(a: Ledger, b: Ledger, ranks: (finite: number) => readonly number[]): Uint8Array {
  const marks = new Uint8Array(a.counts.length);
  // So that few different values are seen as such.
  if (filledBuckets(a, b) <= fewValues) return marks.fill(1);
  markCrossings(marks, a, b, largestAtEnds(a, b));
  markRanks(marks, a, ranks(finiteOf(a)));
  markRanks(marks, b, ranks(finiteOf(b)));
  return marks;
}

const fewValues = 16;

function filledBuckets(a: Ledger, b: Ledger): number {
  let filled = 0;
  for (let bucket = 0; bucket < a.counts.length; bucket += 1)
    if ((a.counts[bucket] as number) + (b.counts[bucket] as number) > 0) filled += 1;
  return filled;
}

export function finiteOf({ size, infinite }: Ledger): number {
  return size - infinite.negative - infinite.positive;
}

/** A lower bound of the Kolmogorov-Smirnov statistic. */
function largestAtEnds(a: Ledger, b: Ledger): number {
  let [i, j] = [a.below, b.below];
  let largest = Math.abs(i / a.size - j / b.size);
  for (let bucket = 0; bucket < a.counts.length; bucket += 1) {
    i += a.counts[bucket] as number;
    j += b.counts[bucket] as number;
    const distance = Math.abs(i / a.size - j / b.size);
    if (distance > largest) largest = distance;
  }
  return largest;
}

function markCrossings(marks: Uint8Array, a: Ledger, b: Ledger, known: number): void {
  const [finiteA, finiteB] = [finiteOf(a), finiteOf(b)];
  let [i, j] = [a.below, b.below];
  for (let bucket = 0; bucket < marks.length; bucket += 1) {
    const [inA, inB] = [a.counts[bucket] as number, b.counts[bucket] as number];
    if (inA + inB === 0) continue;
    const [fromA, fromB] = [i - a.infinite.negative, j - b.infinite.negative];
    const lowest = fromA / finiteA - (fromB + inB) / finiteB;
    const highest = (fromA + inA) / finiteA - fromB / finiteB;
    const both = inA > 0 && inB > 0;
    const farther = (i + inA) / a.size - j / b.size > known || (j + inB) / b.size - i / a.size > known;
    if ((lowest < 0 && highest > 0) || (both && farther)) marks[bucket] = 1;
    i += inA;
    j += inB;
  }
}

function markRanks(marks: Uint8Array, { counts, below, infinite }: Ledger, ranks: readonly number[]): void {
  const ascending = [...new Set(ranks)].sort((x, y) => x - y);
  let before = below - infinite.negative;
  let next = 0;
  let [lastRank, lastBucket] = [-2, -1];
  while (next < ascending.length && (ascending[next] as number) < before) {
    lastRank = ascending[next] as number;
    next += 1;
  }
  for (let bucket = 0; bucket < counts.length && next < ascending.length; bucket += 1) {
    before += counts[bucket] as number;
    for (; next < ascending.length && (ascending[next] as number) < before; next += 1) {
      const rank = ascending[next] as number;
      marks.fill(1, rank === lastRank + 1 ? Math.max(0, lastBucket) : bucket, bucket + 1);
      [lastRank, lastBucket] = [rank, bucket];
    }
  }
  // The successor lies above the map.
  if (next < ascending.length && ascending[next] === lastRank + 1) marks.fill(1, Math.max(0, lastBucket));
}
