import type { Runs } from './collect.ts';
import type { SampleSide, TwoSamples } from './two-samples.ts';
import { edgeOf } from './value-map.ts';

/**
 * All values of both sides, ascending, as columns of numbers: loops over them allocate nothing. A step is a value (`low` = `high`) and how
 * often each side has it; or a block of values between `low` and `high`, of which only their number and the sum of their distances from
 * `low` is known. Inside of a block the distribution functions do not cross, and their distance is largest at an end.
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

export function stepsOf(two: TwoSamples): Steps {
  const { map, marks, reference, current } = two;
  const writer = stepWriter(reference.runs, current.runs, map?.buckets ?? 0);
  writer.atoms(reference.ledger.below, current.ledger.below);
  const [countsA, countsB] = [reference.ledger.counts, current.ledger.counts];
  for (let bucket = 0; map !== null && bucket < map.buckets; bucket += 1) {
    const [inA, inB] = [countsA[bucket] as number, countsB[bucket] as number];
    if (inA + inB === 0) continue;
    if (marks[bucket] === 1) writer.atoms(inA, inB);
    else {
      const low = edgeOf(map, bucket);
      writer.block(
        low,
        edgeOf(map, bucket + 1),
        inA,
        sumAbove(reference, bucket, low),
        inB,
        sumAbove(current, bucket, low),
      );
    }
  }
  writer.atoms(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  return writer.steps();
}

function sumAbove({ ledger }: SampleSide, bucket: number, low: number): number {
  return (ledger.sums[bucket] as number) - (ledger.counts[bucket] as number) * (low - ledger.origin);
}

/** Merges two lists of runs by numbers of values rather than by edges, so that rounding at an edge cannot lose one. */
function stepWriter(a: Runs, b: Runs, blocks: number) {
  const room = a.values.length + b.values.length + blocks;
  const column = (): Float64Array => new Float64Array(room);
  const [low, high, inReference, inCurrent] = [column(), column(), column(), column()];
  const [aboveReference, aboveCurrent] = [column(), column()];
  let length = 0;
  let i = 0;
  let j = 0;
  return {
    atoms(inA: number, inB: number): void {
      let leftA = inA;
      let leftB = inB;
      for (;;) {
        const hasA = leftA > 0 && i < a.values.length;
        const hasB = leftB > 0 && j < b.values.length;
        if (!hasA && !hasB) return;
        const x = hasA ? (a.values[i] as number) : Number.POSITIVE_INFINITY;
        const y = hasB ? (b.values[j] as number) : Number.POSITIVE_INFINITY;
        low[length] = x < y ? x : y;
        high[length] = x < y ? x : y;
        if (hasA && x <= y) {
          const count = a.counts[i] as number;
          inReference[length] = count;
          leftA -= count;
          i += 1;
        }
        if (hasB && y <= x) {
          const count = b.counts[j] as number;
          inCurrent[length] = count;
          leftB -= count;
          j += 1;
        }
        length += 1;
      }
    },
    block(from: number, to: number, inA: number, aboveA: number, inB: number, aboveB: number): void {
      low[length] = from;
      high[length] = to;
      inReference[length] = inA;
      inCurrent[length] = inB;
      aboveReference[length] = aboveA;
      aboveCurrent[length] = aboveB;
      length += 1;
    },
    steps: (): Steps => ({ length, low, high, inReference, inCurrent, aboveReference, aboveCurrent }),
  };
}
