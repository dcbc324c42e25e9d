import type { Ledger } from './ledger.ts';
import { finiteOf } from './mark-buckets.ts';
import type { TwoSamples } from './two-samples.ts';
import { edgesOf } from './value-map.ts';

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
  const edges = map === null ? new Float64Array(1) : edgesOf(map);
  const [a, b] = [reference.ledger, current.ledger];
  const atoms = {
    a: reference.runs,
    b: current.runs,
    next: new Uint32Array(2),
    left: Float64Array.of(a.below, b.below),
  };
  const blocks = {
    ...{ a, b, edges, marks },
    ...{ finiteA: finiteOf(a), finiteB: finiteOf(b), bucket: 0 },
    below: Float64Array.of(a.below - a.infinite.negative, b.below - b.infinite.negative),
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
    fill(steps, atoms, blocks);
    visit(steps);
  } while (steps.length === pieceSteps);
}

/** What stays in a near cache. */
const pieceSteps = 2_048;
/** Blocks are as many as that, and a few more where something divides them. */
const mostBlocks = 4_096;

const column = (): Float64Array => new Float64Array(pieceSteps);

type Filled = { -readonly [name in keyof Steps]: Steps[name] };

/** Runs of both sides, merged by numbers of values rather than by edges, so that rounding at an edge cannot lose one. */
interface Atoms {
  readonly a: TwoSamples['reference']['runs'];
  readonly b: TwoSamples['reference']['runs'];
  /** Which run of each side is next. */
  readonly next: Uint32Array;
  /** How many values of each side come before the next block. */
  readonly left: Float64Array;
}

interface Blocks {
  readonly a: Ledger;
  readonly b: Ledger;
  readonly edges: Float64Array;
  readonly marks: Uint8Array;
  readonly finiteA: number;
  readonly finiteB: number;
  /** How many finite values of each side lie below the next bucket. */
  readonly below: Float64Array;
  /** The next one; one more than there are once the values above the map have their turn. */
  bucket: number;
}

function fill(steps: Filled, atoms: Atoms, blocks: Blocks): void {
  const { a, b, marks, below } = blocks;
  steps.length = 0;
  for (;;) {
    writeAtoms(steps, atoms);
    writeBlocks(steps, blocks);
    if (steps.length === pieceSteps || blocks.bucket > marks.length) return;
    atoms.left[0] = a.counts[blocks.bucket] ?? Number.POSITIVE_INFINITY;
    atoms.left[1] = b.counts[blocks.bucket] ?? Number.POSITIVE_INFINITY;
    below[0] = (below[0] as number) + (atoms.left[0] as number);
    below[1] = (below[1] as number) + (atoms.left[1] as number);
    blocks.bucket += 1;
  }
}

function writeAtoms(steps: Filled, { a, b, next, left }: Atoms): void {
  const { low, high, inReference, inCurrent, aboveReference, aboveCurrent } = steps;
  let [i, j] = [next[0] as number, next[1] as number];
  let [leftA, leftB] = [left[0] as number, left[1] as number];
  let at = steps.length;
  for (; at < pieceSteps; at += 1) {
    const hasA = leftA > 0 && i < a.values.length;
    const hasB = leftB > 0 && j < b.values.length;
    if (!hasA && !hasB) break;
    const x = hasA ? (a.values[i] as number) : Number.POSITIVE_INFINITY;
    const y = hasB ? (b.values[j] as number) : Number.POSITIVE_INFINITY;
    const takenA = hasA && x <= y ? (a.counts[i] as number) : 0;
    const takenB = hasB && y <= x ? (b.counts[j] as number) : 0;
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
  steps.length = at;
  next[0] = i;
  next[1] = j;
  left[0] = leftA;
  left[1] = leftB;
}

/**
 * Up to the next marked bucket. Neighbouring buckets are one block until the functions meet: only there can their difference change its
 * sign.
 */
function writeBlocks(steps: Filled, blocks: Blocks): void {
  const { low, high, inReference, inCurrent, aboveReference, aboveCurrent } = steps;
  const { a, b, edges, marks, finiteA, finiteB, below } = blocks;
  const { counts: countsA, sums: sumsA } = a;
  const { counts: countsB, sums: sumsB } = b;
  const most = Math.ceil(marks.length / mostBlocks);
  let [i, j] = [below[0] as number, below[1] as number];
  let { bucket } = blocks;
  let at = steps.length;
  while (at < pieceSteps && bucket < marks.length && marks[bucket] === 0) {
    const from = edges[bucket] as number;
    const to = Math.min(marks.length, bucket + most);
    const [beforeA, beforeB] = [i, j];
    let [sumA, sumB] = [0, 0];
    do {
      i += countsA[bucket] as number;
      j += countsB[bucket] as number;
      sumA += sumsA[bucket] as number;
      sumB += sumsB[bucket] as number;
      bucket += 1;
    } while (bucket < to && marks[bucket] === 0 && i * finiteB !== j * finiteA);
    const [inA, inB] = [i - beforeA, j - beforeB];
    if (inA + inB === 0) continue;
    low[at] = from;
    high[at] = edges[bucket] as number;
    inReference[at] = inA;
    inCurrent[at] = inB;
    aboveReference[at] = sumA - inA * (from - a.origin);
    aboveCurrent[at] = sumB - inB * (from - b.origin);
    at += 1;
  }
  below[0] = i;
  below[1] = j;
  blocks.bucket = bucket;
  steps.length = at;
}
