import type { Runs } from './collect.ts';
import type { TwoSamples } from './two-samples.ts';
import { edgesOf } from './value-map.ts';

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

export function stepsOf({ map, marks, reference, current }: TwoSamples): Steps {
  const [a, b] = [reference.ledger, current.ledger];
  const steps = emptySteps(reference.runs.values.length + current.runs.values.length + a.counts.length);
  const { low, high, inReference, inCurrent, aboveReference, aboveCurrent } = steps;
  const atoms = atomWriter(reference.runs, current.runs, steps);
  let length = atoms.write(a.below, b.below, 0);
  const edges = map === null ? new Float64Array(1) : edgesOf(map);
  for (let bucket = 0; bucket < a.counts.length; bucket += 1) {
    const inA = a.counts[bucket] as number;
    const inB = b.counts[bucket] as number;
    if (inA + inB === 0) continue;
    if (marks[bucket] === 1) {
      length = atoms.write(inA, inB, length);
      continue;
    }
    const from = edges[bucket] as number;
    low[length] = from;
    high[length] = edges[bucket + 1] as number;
    inReference[length] = inA;
    inCurrent[length] = inB;
    aboveReference[length] = (a.sums[bucket] as number) - inA * (from - a.origin);
    aboveCurrent[length] = (b.sums[bucket] as number) - inB * (from - b.origin);
    length += 1;
  }
  length = atoms.write(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, length);
  return { ...steps, length };
}

function emptySteps(room: number): Omit<Steps, 'length'> {
  const column = (): Float64Array => new Float64Array(room);
  return {
    ...{ low: column(), high: column(), inReference: column(), inCurrent: column() },
    ...{ aboveReference: column(), aboveCurrent: column() },
  };
}

/** Merges two lists of runs by numbers of values rather than by edges, so that rounding at an edge cannot lose one. */
function atomWriter(a: Runs, b: Runs, { low, high, inReference, inCurrent }: Omit<Steps, 'length'>) {
  let i = 0;
  let j = 0;
  return {
    /** Writes the next values, so many of each side, from `start` on; answers where it ended. */
    write(inA: number, inB: number, start: number): number {
      let leftA = inA;
      let leftB = inB;
      for (let at = start; ; at += 1) {
        const hasA = leftA > 0 && i < a.values.length;
        const hasB = leftB > 0 && j < b.values.length;
        if (!hasA && !hasB) return at;
        const x = hasA ? (a.values[i] as number) : Number.POSITIVE_INFINITY;
        const y = hasB ? (b.values[j] as number) : Number.POSITIVE_INFINITY;
        low[at] = Math.min(x, y);
        high[at] = Math.min(x, y);
        if (hasA && x <= y) {
          inReference[at] = a.counts[i] as number;
          leftA -= a.counts[i] as number;
          i += 1;
        }
        if (hasB && y <= x) {
          inCurrent[at] = b.counts[j] as number;
          leftB -= b.counts[j] as number;
          j += 1;
        }
      }
    },
  };
}
