import { finiteOf } from './mark-buckets.ts';
import type { TwoSamples } from './two-samples.ts';
import { edgeOf, type ValueMap } from './value-map.ts';

/**
 * Some of the values of both sides, ascending, as columns of numbers. A step is a value (`low` = `high`) and how often each side has it; or a
 * block of values between `low` and `high`, of which only their number and the sum of their distances from `low` is known. Inside of a block
 * the distribution functions do not cross, and their distance is largest at the end of a bucket.
 */
export interface Steps {
  readonly length: number;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly inReference: Float64Array;
  readonly inCurrent: Float64Array;
  readonly aboveReference: Float64Array;
  readonly aboveCurrent: Float64Array;
}

/**
 * Calls `visit` with all steps, piece by piece: the arrays are used again for the next piece. A reader that is called often is compiled once
 * and stays so; one loop over all steps of a column would begin anew, interpreted, with each column.
 */
export function walkSteps(two: TwoSamples, visit: (steps: Steps) => void): void {
  const { map, marks, reference, current } = two;
  const [a, b] = [reference.ledger, current.ledger];
  const [runsA, runsB] = [reference.runs, current.runs];
  const walk: Walk = {
    valuesA: runsA.values,
    runsA: runsA.counts,
    valuesB: runsB.values,
    runsB: runsB.counts,
    countsA: a.counts,
    sumsA: a.sums,
    countsB: b.counts,
    sumsB: b.sums,
    map,
    marks,
    next: new Uint32Array(3),
    left: Float64Array.of(a.below, b.below),
    below: Float64Array.of(a.below - a.infinite.negative, b.below - b.infinite.negative),
    fixed: Float64Array.of(finiteOf(a), finiteOf(b), a.origin, b.origin),
  };
  const steps = {
    length: 0,
    low: column(),
    high: column(),
    inReference: column(),
    inCurrent: column(),
    aboveReference: column(),
    aboveCurrent: column(),
  };
  do {
    steps.length = fill(steps, walk);
    visit(steps);
  } while (steps.length === pieceSteps);
}

/** What stays in a near cache. */
const pieceSteps = 1_024;
/** Blocks are as many as that, and a few more where something divides them. */
const mostBlocks = 4_096;

const column = (): Float64Array => new Float64Array(pieceSteps);

/**
 * Where a walk stands. All of it is in arrays of numbers: a field that is whole in one column and broken in the next would have what was
 * compiled for it thrown away.
 */
interface Walk {
  /** Runs of both sides, merged by numbers of values rather than by edges, so that rounding at an edge cannot lose one. */
  readonly valuesA: Float64Array;
  readonly runsA: Float64Array;
  readonly valuesB: Float64Array;
  readonly runsB: Float64Array;
  /** Of the ledgers. */
  readonly countsA: Uint32Array;
  readonly sumsA: Float64Array;
  readonly countsB: Uint32Array;
  readonly sumsB: Float64Array;
  readonly map: ValueMap | null;
  readonly marks: Uint8Array;
  /** The next run of each side, and the next bucket: one more than there are once the values above the map have their turn. */
  readonly next: Uint32Array;
  /** How many values of each side come before the next block. */
  readonly left: Float64Array;
  /** How many finite values of each side lie below the next bucket. */
  readonly below: Float64Array;
  /** How many finite values each side has, and from where its sums are taken. */
  readonly fixed: Float64Array;
}

/** @returns how many steps there are now */
function fill(steps: Steps, walk: Walk): number {
  const { countsA, countsB, marks, next, left, below } = walk;
  let length = 0;
  for (;;) {
    length = writeAtoms(steps, walk, length);
    length = writeBlocks(steps, walk, length);
    const bucket = next[2] as number;
    if (length === pieceSteps || bucket > marks.length) return length;
    const inside = bucket < marks.length;
    left[0] = inside ? (countsA[bucket] as number) : Number.POSITIVE_INFINITY;
    left[1] = inside ? (countsB[bucket] as number) : Number.POSITIVE_INFINITY;
    below[0] = (below[0] as number) + (left[0] as number);
    below[1] = (below[1] as number) + (left[1] as number);
    next[2] = bucket + 1;
  }
}

function writeAtoms(steps: Steps, { valuesA, runsA, valuesB, runsB, next, left }: Walk, from: number): number {
  const { low, high, inReference, inCurrent, aboveReference, aboveCurrent } = steps;
  let i = next[0] as number;
  let j = next[1] as number;
  let leftA = left[0] as number;
  let leftB = left[1] as number;
  let at = from;
  for (; at < pieceSteps; at += 1) {
    const hasA = leftA > 0 && i < valuesA.length;
    const hasB = leftB > 0 && j < valuesB.length;
    if (!hasA && !hasB) break;
    const x = hasA ? (valuesA[i] as number) : Number.POSITIVE_INFINITY;
    const y = hasB ? (valuesB[j] as number) : Number.POSITIVE_INFINITY;
    const takenA = hasA && x <= y ? (runsA[i] as number) : 0;
    const takenB = hasB && y <= x ? (runsB[j] as number) : 0;
    low[at] = Math.min(x, y);
    high[at] = Math.min(x, y);
    inReference[at] = takenA;
    inCurrent[at] = takenB;
    aboveReference[at] = 0;
    aboveCurrent[at] = 0;
    leftA -= takenA;
    leftB -= takenB;
    if (takenA > 0) i += 1;
    if (takenB > 0) j += 1;
  }
  next[0] = i;
  next[1] = j;
  left[0] = leftA;
  left[1] = leftB;
  return at;
}

/** Up to the next marked bucket. */
function writeBlocks(steps: Steps, walk: Walk, from: number): number {
  const { marks, next } = walk;
  const most = Math.ceil(marks.length / mostBlocks);
  let at = from;
  while (at < pieceSteps) {
    const bucket = next[2] as number;
    if (bucket >= marks.length || marks[bucket] !== 0) break;
    at = writeBlock(steps, walk, at, bucket, Math.min(marks.length, bucket + most));
  }
  return at;
}

/** Neighbouring buckets are one block until the functions meet: only there can their difference change its sign. */
function writeBlock(steps: Steps, walk: Walk, at: number, first: number, to: number): number {
  const { countsA, sumsA, countsB, sumsB, map, marks, next, below, fixed } = walk;
  const finiteA = fixed[0] as number;
  const finiteB = fixed[1] as number;
  const beforeA = below[0] as number;
  const beforeB = below[1] as number;
  let i = beforeA;
  let j = beforeB;
  let sumA = 0;
  let sumB = 0;
  let bucket = first;
  do {
    i += countsA[bucket] as number;
    j += countsB[bucket] as number;
    sumA += sumsA[bucket] as number;
    sumB += sumsB[bucket] as number;
    bucket += 1;
  } while (bucket < to && marks[bucket] === 0 && i * finiteB !== j * finiteA);
  below[0] = i;
  below[1] = j;
  next[2] = bucket;
  const inA = i - beforeA;
  const inB = j - beforeB;
  if (inA + inB === 0 || map === null) return at;
  const low = edgeOf(map, first);
  steps.low[at] = low;
  steps.high[at] = edgeOf(map, bucket);
  steps.inReference[at] = inA;
  steps.inCurrent[at] = inB;
  steps.aboveReference[at] = sumA - inA * (low - (fixed[2] as number));
  steps.aboveCurrent[at] = sumB - inB * (low - (fixed[3] as number));
  return at + 1;
}
