import type { Ledger } from './ledger.ts';

export interface MarkedBuckets {
  readonly marks: Uint8Array;
  /** The largest distance of the distribution functions at an end of a bucket. */
  readonly atEnds: number;
}

/**
 * Says which buckets cannot be settled by counts and sums: where the distribution functions may cross inside of it, where their largest
 * distance may lie inside of it, and where a wanted rank lies.
 * @param ranks per side, among finite values; where a rank and its successor are wanted, all buckets between them are marked too
 */
export function markBuckets(a: Ledger, b: Ledger, ranks: (finite: number) => readonly number[]): MarkedBuckets {
  const marks = new Uint8Array(a.counts.length);
  const atEnds = largestAtEnds(a, b);
  // So that few different values are seen as such.
  if (hasFewFilled(a, b)) return { marks: marks.fill(1), atEnds };
  const place = Uint32Array.of(a.below, b.below);
  inPieces(marks.length, (from, to) => markCrossings(marks, { a, b, known: atEnds, place }, from, to));
  markRanks(marks, a, ranks(finiteOf(a)));
  markRanks(marks, b, ranks(finiteOf(b)));
  return { marks, atEnds };
}

/** A loop that is called often is compiled once; one over all buckets would begin anew, interpreted, with each column. */
function inPieces(length: number, look: (from: number, to: number) => void): void {
  for (let from = 0; from < length; from += piece) look(from, Math.min(length, from + piece));
}

const piece = 4_096;
const fewValues = 16;

function hasFewFilled(a: Ledger, b: Ledger): boolean {
  let filled = 0;
  for (let bucket = 0; bucket < a.counts.length && filled <= fewValues; bucket += 1)
    if ((a.counts[bucket] as number) + (b.counts[bucket] as number) > 0) filled += 1;
  return filled <= fewValues;
}

export function finiteOf({ size, infinite }: Ledger): number {
  return size - infinite.negative - infinite.positive;
}

/** A lower bound of the Kolmogorov-Smirnov statistic. */
function largestAtEnds(a: Ledger, b: Ledger): number {
  const place = Uint32Array.of(a.below, b.below);
  let largest = Math.abs(a.below / a.size - b.below / b.size);
  inPieces(a.counts.length, (from, to) => {
    largest = Math.max(largest, largestIn(a, b, place, from, to));
  });
  return largest;
}

function largestIn(a: Ledger, b: Ledger, place: Uint32Array, from: number, to: number): number {
  const { counts: countsA, size: sizeA } = a;
  const { counts: countsB, size: sizeB } = b;
  let i = place[0] as number;
  let j = place[1] as number;
  let largest = 0;
  for (let bucket = from; bucket < to; bucket += 1) {
    i += countsA[bucket] as number;
    j += countsB[bucket] as number;
    const distance = Math.abs(i / sizeA - j / sizeB);
    if (distance > largest) largest = distance;
  }
  place[0] = i;
  place[1] = j;
  return largest;
}

interface Crossings {
  readonly a: Ledger;
  readonly b: Ledger;
  readonly known: number;
  /** How many values of each side lie below the next bucket. */
  readonly place: Uint32Array;
}

function markCrossings(marks: Uint8Array, { a, b, known, place }: Crossings, from: number, to: number): void {
  const [finiteA, finiteB] = [finiteOf(a), finiteOf(b)];
  const [sizeA, sizeB] = [a.size, b.size];
  const [lowA, lowB] = [a.infinite.negative, b.infinite.negative];
  const { counts: countsA } = a;
  const { counts: countsB } = b;
  let i = place[0] as number;
  let j = place[1] as number;
  for (let bucket = from; bucket < to; bucket += 1) {
    const inA = countsA[bucket] as number;
    const inB = countsB[bucket] as number;
    if (inA + inB === 0) continue;
    const lowest = (i - lowA) / finiteA - (j - lowB + inB) / finiteB;
    const highest = (i - lowA + inA) / finiteA - (j - lowB) / finiteB;
    const both = inA > 0 && inB > 0;
    const farther = both && ((i + inA) / sizeA - j / sizeB > known || (j + inB) / sizeB - i / sizeA > known);
    if (farther || (lowest < 0 && highest > 0)) marks[bucket] = 1;
    i += inA;
    j += inB;
  }
  place[0] = i;
  place[1] = j;
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
