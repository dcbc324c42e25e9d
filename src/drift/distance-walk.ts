import type { StepVisitor } from './steps.ts';

export interface WalkSide {
  readonly size: number;
  readonly negativeInfinite: number;
  readonly finite: number;
}

/** What a walk over both sides' values has found. */
export interface WalkedDistances {
  /** Largest distance of the two distribution functions, infinite values included. */
  readonly ks: number;
  /** Area between them, over finite values, in the unit of the values. */
  readonly w1: number;
  /** Standard error of `w1` where the two distributions differ, by its influence function. */
  readonly w1Error: number;
  /** Upper bound of what `w1` is on average above the true distance: sampling makes any two samples differ. */
  readonly w1Noise: number;
}

/** Gathers distances from ascending values. */
export function distanceWalk(a: WalkSide, b: WalkSide): StepVisitor & { distances(): WalkedDistances } {
  let [i, j, ks] = [0, 0, 0];
  let [fromA, fromB] = [0, 0];
  let last = Number.NaN;
  const area = exactSum();
  let [noise, slope] = [0, 0];
  const [influenceA, influenceB] = [variance(), variance()];
  const gap = (): number => fromA / a.finite - fromB / b.finite;
  const widen = (width: number, distance: number): void => {
    area.add(Math.abs(distance) * width);
    const [f, g] = [fromA / a.finite, fromB / b.finite];
    noise += width * (Math.sqrt((f * (1 - f)) / a.finite) + Math.sqrt((g * (1 - g)) / b.finite));
  };
  const advance = (to: number): void => {
    const distance = gap();
    // Rounding at a bucket's edge may look like a step back.
    if (to > last) {
      widen(to - last, distance);
      slope -= Math.sign(distance) * (to - last);
    }
    last = to;
  };
  const count = (inA: number, inB: number): void => {
    i += inA;
    j += inB;
    const distance = Math.abs(i / a.size - j / b.size);
    if (distance > ks) ks = distance;
  };
  return {
    atom(value, inA, inB) {
      count(inA, inB);
      if (!Number.isFinite(value)) return;
      advance(value);
      influenceA.add(slope, inA);
      influenceB.add(slope, inB);
      fromA += inA;
      fromB += inB;
    },
    block(low, high, inA, aboveA, inB, aboveB) {
      count(inA, inB);
      advance(low);
      const width = high - low;
      const before = gap();
      const [restA, restB] = [inA * width - aboveA, inB * width - aboveB];
      const signed = before * width + restA / a.finite - restB / b.finite;
      widen(width, signed / width);
      const sign = Math.sign(signed);
      if (inA > 0) influenceA.add(slope - (sign * aboveA) / inA, inA);
      if (inB > 0) influenceB.add(slope - (sign * aboveB) / inB, inB);
      slope -= sign * width;
      fromA += inA;
      fromB += inB;
      last = high;
    },
    distances: () => ({
      ks,
      w1: area.value(),
      w1Error: Math.sqrt(influenceA.of() / a.finite + influenceB.of() / b.finite),
      w1Noise: noise,
    }),
  };
}

/** Neumaier's compensated sum. */
function exactSum(): { add(term: number): void; value(): number } {
  let [sum, lost] = [0, 0];
  return {
    add(term) {
      const next = sum + term;
      lost += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
      sum = next;
    },
    value: () => sum + lost,
  };
}

/** Variance of weighted values (West's update). */
function variance(): { add(value: number, weight: number): void; of(): number } {
  let [weights, mean, squares] = [0, 0, 0];
  return {
    add(value, weight) {
      if (weight === 0) return;
      weights += weight;
      const away = value - mean;
      mean += (away * weight) / weights;
      squares += weight * away * (value - mean);
    },
    of: () => (weights === 0 ? 0 : squares / weights),
  };
}
