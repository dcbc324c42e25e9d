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

/** @param atEnds the largest distance at an end of a bucket, which blocks of several buckets do not show */
export function measureDistances(
  a: StepSide,
  b: StepSide,
  atEnds: number,
): { add(steps: Steps): void; distances(): StepDistances } {
  const largest = Float64Array.of(0, 0, atEnds);
  const area = Float64Array.of(0, 0, Number.NaN, 0, 0, 0, 0);
  const [ofA, ofB] = [new Float64Array(3), new Float64Array(3)];
  return {
    add(steps) {
      addDistances(largest, steps, a, b);
      addArea({ area, ofA, ofB }, steps, a, b);
    },
    distances() {
      const [, , , sum = 0, lost = 0, noise = 0] = area;
      const w1Error = Math.sqrt(variance(ofA) / a.finite + variance(ofB) / b.finite);
      return { ks: largest[2] as number, w1: sum + lost, w1Error, w1Noise: noise };
    },
  };
}

function addDistances(
  largest: Float64Array,
  { length, inReference, inCurrent }: Steps,
  a: StepSide,
  b: StepSide,
): void {
  const sizeA = a.size;
  const sizeB = b.size;
  let i = largest[0] as number;
  let j = largest[1] as number;
  let ks = largest[2] as number;
  for (let at = 0; at < length; at += 1) {
    i += inReference[at] as number;
    j += inCurrent[at] as number;
    const distance = Math.abs(i / sizeA - j / sizeB);
    if (distance > ks) ks = distance;
  }
  largest[0] = i;
  largest[1] = j;
  largest[2] = ks;
}

/** What is carried from piece to piece: numbers in arrays are not boxed. */
interface Sums {
  /** Values of each side so far, where the last step ended, the sum, what it loses to rounding (Neumaier), the noise, the slope. */
  readonly area: Float64Array;
  /** Of the influences of each side's values: their weight, mean, and squares. */
  readonly ofA: Float64Array;
  readonly ofB: Float64Array;
}

/**
 * The influence of a value x on the area is the integral of -sign(F - G) up to x; its variance on each side over that side's size, summed,
 * is the area's variance. The area of two samples of one distribution is on average at most the integral of sqrt(F (1 - F) / n), per side.
 */
function addArea({ area, ofA, ofB }: Sums, steps: Steps, a: StepSide, b: StepSide): void {
  const { length, low, high, inReference, inCurrent, aboveReference, aboveCurrent } = steps;
  const finiteA = a.finite;
  const finiteB = b.finite;
  let i = area[0] as number;
  let j = area[1] as number;
  let last = area[2] as number;
  let sum = area[3] as number;
  let lost = area[4] as number;
  let noise = area[5] as number;
  let slope = area[6] as number;
  let spread = spreadAt(i, finiteA) + spreadAt(j, finiteB);
  for (let at = 0; at < length; at += 1) {
    const from = low[at] as number;
    if (!(from - from === 0)) continue;
    const width = (high[at] as number) - from;
    const inA = inReference[at] as number;
    const inB = inCurrent[at] as number;
    const gap = i / finiteA - j / finiteB;
    // Rounding at a bucket's edge may look like a step back.
    const step = from > last ? from - last : 0;
    const aboveA = aboveReference[at] as number;
    const aboveB = aboveCurrent[at] as number;
    const inside = width === 0 ? 0 : gap * width + (inA * width - aboveA) / finiteA - (inB * width - aboveB) / finiteB;
    const added = Math.abs(gap) * step + Math.abs(inside);
    const next = sum + added;
    lost += sum >= added ? sum - next + added : added - next + sum;
    sum = next;
    i += inA;
    j += inB;
    const error = spread;
    spread = spreadAt(i, finiteA) + spreadAt(j, finiteB);
    noise += step * error + (width * (error + spread)) / 2;
    slope -= Math.sign(gap) * step;
    const way = Math.sign(inside);
    if (inA > 0) addInfluence(ofA, inA, slope - (way * aboveA) / inA);
    if (inB > 0) addInfluence(ofB, inB, slope - (way * aboveB) / inB);
    slope -= way * width;
    last = from + width;
  }
  area.set([i, j, last, sum, lost, noise, slope]);
}

/** Standard error of the share of `below` among so many. */
function spreadAt(below: number, finite: number): number {
  return Math.sqrt((below * (finite - below)) / finite) / finite;
}

/** West's update of a weighted variance. */
function addInfluence(of: Float64Array, weight: number, influence: number): void {
  const mean = of[1] as number;
  const away = influence - mean;
  const all = (of[0] as number) + weight;
  const moved = mean + (away * weight) / all;
  of[0] = all;
  of[1] = moved;
  of[2] = (of[2] as number) + weight * away * (influence - moved);
}

function variance([weight = 0, , squares = 0]: Float64Array): number {
  return weight === 0 ? 0 : squares / weight;
}
