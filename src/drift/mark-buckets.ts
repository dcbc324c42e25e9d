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
  const [lowA, lowB] = [a.infinite.negative, b.infinite.negative];
  const fixed = Float64Array.of(atEnds, a.size, b.size, finiteOf(a), finiteOf(b), lowA, lowB);
  const crossings = { countsA: a.counts, countsB: b.counts, fixed, place };
  inPieces(marks.length, (from, to) => markCrossings(marks, crossings, from, to));
  markRanks(marks, a, ranks(finiteOf(a)));
  markRanks(marks, b, ranks(finiteOf(b)));
  return { marks, atEnds };
}

/** A loop that is called often is compiled once; one over all buckets would begin anew, interpreted, with each column. */
function inPieces(length: number, look: (from: number, to: number) => void): void {
  for (let from = 0; from < length; from += piece) look(from, Math.min(length, from + piece));
}

const piece = 1_024;
const fewValues = 16;

function hasFewFilled({ counts: countsA }: Ledger, { counts: countsB }: Ledger): boolean {
  let filled = 0;
  for (let bucket = 0; bucket < countsA.length && filled <= fewValues; bucket += 1)
    if ((countsA[bucket] as number) + (countsB[bucket] as number) > 0) filled += 1;
  return filled <= fewValues;
}

export function finiteOf({ size, infinite }: Ledger): number {
  return size - infinite.negative - infinite.positive;
}

/** A lower bound of the Kolmogorov-Smirnov statistic. */
function largestAtEnds(a: Ledger, b: Ledger): number {
  const place = Uint32Array.of(a.below, b.below);
  const largest = Float64Array.of(Math.abs(a.below / a.size - b.below / b.size), a.size, b.size);
  inPieces(a.counts.length, (from, to) => raiseLargest(largest, a.counts, b.counts, place, from, to));
  return largest[0] as number;
}

/** @param largest the largest distance so far, and how many values each side has */
function raiseLargest(
  largest: Float64Array,
  countsA: Uint32Array,
  countsB: Uint32Array,
  place: Uint32Array,
  from: number,
  to: number,
): void {
  const sizeA = largest[1] as number;
  const sizeB = largest[2] as number;
  let i = place[0] as number;
  let j = place[1] as number;
  let most = largest[0] as number;
  for (let bucket = from; bucket < to; bucket += 1) {
    i += countsA[bucket] as number;
    j += countsB[bucket] as number;
    const distance = Math.abs(i / sizeA - j / sizeB);
    if (distance > most) most = distance;
  }
  place[0] = i;
  place[1] = j;
  largest[0] = most;
}

/** Only arrays of numbers: a field that is whole in one column and broken in the next would have what was compiled for it thrown away. */
interface Crossings {
  readonly countsA: Uint32Array;
  readonly countsB: Uint32Array;
  /** The largest distance that is known; per side how many values there are, how many finite ones, how many below all of these. */
  readonly fixed: Float64Array;
  /** How many values of each side lie below the next bucket. */
  readonly place: Uint32Array;
}

function markCrossings(
  marks: Uint8Array,
  { countsA, countsB, fixed, place }: Crossings,
  from: number,
  to: number,
): void {
  const known = fixed[0] as number;
  const sizeA = fixed[1] as number;
  const sizeB = fixed[2] as number;
  const finiteA = fixed[3] as number;
  const finiteB = fixed[4] as number;
  const lowA = fixed[5] as number;
  const lowB = fixed[6] as number;
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
  const first = below - infinite.negative;
  const place = Float64Array.of(0, first);
  let lastRank = -2;
  let lastBucket = -1;
  for (const rank of [...new Set(ranks)].sort((x, y) => x - y)) {
    const from = rank === lastRank + 1 ? Math.max(0, lastBucket) : null;
    lastRank = rank;
    if (rank < first) continue;
    const bucket = findRank(counts, place, rank);
    if (bucket === counts.length) {
      // The successor of a value inside lies above the map.
      if (from !== null) marks.fill(1, from);
      return;
    }
    marks.fill(1, from ?? bucket, bucket + 1);
    lastBucket = bucket;
  }
}

/** @param place a bucket, and how many finite values lie below it: moved to the bucket in which the rank lies */
function findRank(counts: Uint32Array, place: Float64Array, rank: number): number {
  let bucket = place[0] as number;
  let before = place[1] as number;
  while (bucket < counts.length && before + (counts[bucket] as number) <= rank) {
    before += counts[bucket] as number;
    bucket += 1;
  }
  place[0] = bucket;
  place[1] = before;
  return bucket;
}
