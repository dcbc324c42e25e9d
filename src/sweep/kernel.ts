import { dot, factorise, forward } from './cholesky.ts';
import type { Dimension, Point } from './space.ts';

/** How alike trials are taken to be. */
export interface Kernel {
  /** By dimension: how far apart, in shares of the range, losses differ; of a choice, how little another value changes. */
  readonly lengthScales: readonly number[];
  /** Of the losses over the space. */
  readonly variance: number;
  /** Of one trial against another with the same parameters, as a share of the variance. */
  readonly noise: number;
  readonly mean: number;
}

/** A point in the units of a kernel. */
export type Placed = Float64Array;

/** Choices become corners that are all equally far apart; what does not belong to a trial lies in the middle, so that no kernel breaks. */
export function placed(dimensions: readonly Dimension[], lengthScales: readonly number[], point: Point): Placed {
  const coordinates: number[] = [];
  for (const [at, { kind, count }] of dimensions.entries()) {
    const scale = lengthScales[at] as number;
    const place = point[at] as number;
    if (kind === 'numeric') coordinates.push((Number.isNaN(place) ? 0.5 : place) / scale);
    else
      for (let corner = 0; corner < count; corner += 1) coordinates.push(corner === place ? Math.SQRT1_2 / scale : 0);
  }
  return Float64Array.from(coordinates);
}

/** Matern 5/2 of the distance between two points: 1 where they are the same. */
export function matern(one: Placed, other: Placed): number {
  let squared = 0;
  for (let at = 0; at < one.length; at += 1) {
    const away = (one[at] as number) - (other[at] as number);
    squared += away * away;
  }
  const distance = Math.sqrt(5 * squared);
  return (1 + distance + (distance * distance) / 3) * Math.exp(-distance);
}

const noises = [1e-4, 1e-3, 1e-2, 0.05, 0.2];
const factors = [
  [0.4, 2.5, 6],
  [0.65, 1.5],
] as const;

/** The likeliest kernel for these losses that a search along one length scale after the other finds, with a preference for scales about 1. */
export function fittedKernel(
  dimensions: readonly Dimension[],
  points: readonly Point[],
  losses: readonly number[],
): Kernel {
  const judge = judgeOf(dimensions, points, losses);
  const even = (scale: number) => dimensions.map(() => scale);
  let best = judge(even(1), 1e-2);
  const consider = (lengthScales: readonly number[], noise: number) => {
    const other = judge(lengthScales, noise);
    if (other.score > best.score) best = other;
  };
  for (const scale of [0.25, 0.5, 2]) consider(even(scale), best.kernel.noise);
  for (const steps of factors) {
    for (const noise of noises) consider(best.kernel.lengthScales, noise);
    for (const at of dimensions.keys()) {
      const { lengthScales, noise } = best.kernel;
      for (const step of steps) consider(lengthScales.with(at, (lengthScales[at] as number) * step), noise);
    }
  }
  return best.kernel;
}

/** How likely a kernel is, with the mean and variance that suit it best (both have closed forms). */
function judgeOf(dimensions: readonly Dimension[], points: readonly Point[], losses: readonly number[]) {
  const values = Float64Array.from(losses);
  const ones = new Float64Array(losses.length).fill(1);
  return (lengthScales: readonly number[], noise: number): { readonly kernel: Kernel; readonly score: number } => {
    const places = points.map((point) => placed(dimensions, lengthScales, point));
    const factor = places.map((place, row) => {
      const line = Float64Array.from({ length: row + 1 }, (_, at) => matern(place, places[at] as Placed));
      line[row] = 1 + noise;
      return line;
    });
    factorise(factor);
    const [one, value] = [forward(factor, ones), forward(factor, values)];
    const mean = dot(one, value) / dot(one, one);
    const rest = value.map((each, at) => each - mean * (one[at] as number));
    const variance = Math.max(1e-4, dot(rest, rest) / losses.length);
    const spread = factor.reduce((sum, line, row) => sum + Math.log(line[row] as number), 0);
    const odd = lengthScales.reduce((sum, scale) => sum + (Math.log(scale) / 1.2) ** 2 / 2, 0);
    const score = -(losses.length / 2) * Math.log(variance) - spread - odd;
    return { kernel: { lengthScales, variance, noise, mean }, score };
  };
}
