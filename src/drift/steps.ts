import type { Runs } from './collect.ts';
import type { SampleSide, TwoSamples } from './two-samples.ts';
import { edgeOf } from './value-map.ts';

export interface StepVisitor {
  /** A value, and how often it occurs on each side. */
  atom(value: number, inReference: number, inCurrent: number): void;
  /**
   * Values between `low` and `high` of which only this is known: how many, and the sums of their distances from `low`. Inside, the
   * distribution functions do not cross, and their distance is largest at an end.
   */
  block(low: number, high: number, inReference: number, aboveA: number, inCurrent: number, aboveB: number): void;
}

/** All values of both sides, ascending. */
export function walkSteps({ map, marks, reference, current }: TwoSamples, visit: StepVisitor): void {
  const atoms = mergedAtoms(reference.runs, current.runs, visit);
  atoms.through(reference.ledger.below, current.ledger.below);
  const buckets = map?.buckets ?? 0;
  for (let bucket = 0; bucket < buckets && map !== null; bucket += 1) {
    const inReference = reference.ledger.counts[bucket] as number;
    const inCurrent = current.ledger.counts[bucket] as number;
    if (inReference + inCurrent === 0) continue;
    if (marks[bucket] === 1) atoms.through(inReference, inCurrent);
    else {
      const low = edgeOf(map, bucket);
      const [aboveA, aboveB] = [sumAbove(reference, bucket, low), sumAbove(current, bucket, low)];
      visit.block(low, edgeOf(map, bucket + 1), inReference, aboveA, inCurrent, aboveB);
    }
  }
  atoms.through(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
}

function sumAbove({ ledger }: SampleSide, bucket: number, low: number): number {
  return (ledger.sums[bucket] as number) - (ledger.counts[bucket] as number) * (low - ledger.origin);
}

/** Walks two lists of runs side by side, by numbers of values rather than by edges, so that rounding at an edge cannot lose one. */
function mergedAtoms(a: Runs, b: Runs, visit: StepVisitor): { through(inA: number, inB: number): void } {
  let [i, j] = [0, 0];
  return {
    through(inA, inB) {
      let [leftA, leftB] = [inA, inB];
      for (;;) {
        const hasA = leftA > 0 && i < a.values.length;
        const hasB = leftB > 0 && j < b.values.length;
        if (!hasA && !hasB) return;
        const [x, y] = [a.values[i] as number, b.values[j] as number];
        const takeA = hasA && (!hasB || x <= y);
        const takeB = hasB && (!hasA || y <= x);
        const [countA, countB] = [takeA ? (a.counts[i] as number) : 0, takeB ? (b.counts[j] as number) : 0];
        visit.atom(takeA ? x : y, countA, countB);
        if (takeA) [i, leftA] = [i + 1, leftA - countA];
        if (takeB) [j, leftB] = [j + 1, leftB - countB];
      }
    },
  };
}
