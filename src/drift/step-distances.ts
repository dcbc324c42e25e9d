import type { Steps } from './steps.ts';

export interface StepSide {
  /** All values, and the finite ones. */
  readonly size: number;
  readonly finite: number;
}

/** What two samples' distribution functions are apart. */
export interface StepDistances {
  /** Largest distance, infinite values included. */
  readonly ks: number;
  /** Area between them over finite values, in the unit of the values. */
  readonly w1: number;
  /** Standard error of `w1` where the two distributions differ, by its influence function. */
  readonly w1Error: number;
  /** Upper bound of what `w1` is on average above the true distance: sampling makes any two samples differ. */
  readonly w1Noise: number;
}

export function stepDistances(steps: Steps, a: StepSide, b: StepSide): StepDistances {
  return { ks: largestDistance(steps, a, b), ...areaBetween(steps, a, b) };
}

function largestDistance({ length, inReference, inCurrent }: Steps, a: StepSide, b: StepSide): number {
  let i = 0;
  let j = 0;
  let largest = 0;
  for (let at = 0; at < length; at += 1) {
    i += inReference[at] as number;
    j += inCurrent[at] as number;
    const distance = Math.abs(i / a.size - j / b.size);
    if (distance > largest) largest = distance;
  }
  return largest;
}

/**
 * The influence of a value x on the area is the integral of -sign(F - G) up to x; its variance on each side over that side's size, summed,
 * is the area's variance. The area of two samples of one distribution is on average at most the integral of sqrt(F (1 - F) / n), per side.
 */
function areaBetween(steps: Steps, a: StepSide, b: StepSide): Omit<StepDistances, 'ks'> {
  const { length, low, high, inReference, inCurrent, aboveReference, aboveCurrent } = steps;
  const [ofA, ofB] = [weightedVariance(), weightedVariance()];
  let i = 0;
  let j = 0;
  let last = Number.NaN;
  let area = 0;
  // What the sum loses to rounding (Neumaier).
  let lost = 0;
  let noise = 0;
  let slope = 0;
  for (let at = 0; at < length; at += 1) {
    const from = low[at] as number;
    const width = (high[at] as number) - from;
    if (!(from - from === 0)) continue;
    const inA = inReference[at] as number;
    const inB = inCurrent[at] as number;
    const gap = i / a.finite - j / b.finite;
    // Rounding at a bucket's edge may look like a step back.
    const step = from > last ? from - last : 0;
    const aboveA = aboveReference[at] as number;
    const aboveB = aboveCurrent[at] as number;
    const inside =
      width === 0 ? 0 : gap * width + (inA * width - aboveA) / a.finite - (inB * width - aboveB) / b.finite;
    const added = Math.abs(gap) * step + Math.abs(inside);
    const sum = area + added;
    lost += area >= added ? area - sum + added : added - sum + area;
    area = sum;
    noise += (step + width) * (spread(i / a.finite, a.finite) + spread(j / b.finite, b.finite));
    slope -= Math.sign(gap) * step;
    if (inA > 0) ofA.add(slope - (Math.sign(inside) * aboveA) / inA, inA);
    if (inB > 0) ofB.add(slope - (Math.sign(inside) * aboveB) / inB, inB);
    slope -= Math.sign(inside) * width;
    i += inA;
    j += inB;
    last = from + width;
  }
  return { w1: area + lost, w1Error: Math.sqrt(ofA.variance() / a.finite + ofB.variance() / b.finite), w1Noise: noise };
}

/** Standard error of a share. Rounding may push a full share above 1. */
function spread(share: number, size: number): number {
  return Math.sqrt(Math.max(0, share * (1 - share)) / size);
}

/** West's update, on numbers that are not boxed. */
function weightedVariance() {
  const state = new Float64Array(3);
  return {
    add(value: number, weight: number): void {
      const weights = (state[0] as number) + weight;
      const mean = state[1] as number;
      const next = mean + ((value - mean) * weight) / weights;
      state[2] = (state[2] as number) + weight * (value - mean) * (value - next);
      state[1] = next;
      state[0] = weights;
    },
    variance: (): number => (state[0] === 0 ? 0 : (state[2] as number) / (state[0] as number)),
  };
}
