import { normal, type Random } from './random.ts';
import type { Dimension } from './space.ts';

/** A mixture of product kernels: one per trial, and one as wide as the space so that nothing becomes impossible. */
interface Mixture {
  readonly centres: readonly (readonly number[])[];
  /** Per kernel and dimension: a standard deviation, or for choices the probability of another value. */
  readonly widths: readonly (readonly number[])[];
}

const candidates = 24;

/**
 * Candidate points, best first, by the tree-structured Parzen estimator (Bergstra et al. 2011): drawn from a density of good trials, ranked by
 * how much likelier they are among the good than among the rest. All dimensions of a kernel belong together (Falkner et al.
 * 2018), and a kernel is as wide as the way to its neighbours (Watanabe 2023, arXiv 2304.11127).
 */
export function proposePoints(
  dimensions: readonly Dimension[],
  good: readonly (readonly number[])[],
  rest: readonly (readonly number[])[],
  random: Random,
): number[][] {
  const [promising, ordinary] = [mixtureOf(dimensions, good), mixtureOf(dimensions, rest)];
  return Array.from({ length: candidates }, () => draw(dimensions, promising, random))
    .map((point) => ({
      point,
      gain: logDensity(dimensions, promising, point) - logDensity(dimensions, ordinary, point),
    }))
    .sort((a, b) => b.gain - a.gain)
    .map(({ point }) => point);
}

function mixtureOf(dimensions: readonly Dimension[], trials: readonly (readonly number[])[]): Mixture {
  const perDimension = dimensions.map((dimension, index) => {
    const points = trials.map((trial) => trial[index] ?? 0);
    return dimension.kind === 'choice'
      ? points.map(() => otherChoice(trials.length))
      : neighbourDistances(points, dimension.resolution);
  });
  return {
    centres: [...trials, dimensions.map((dimension) => (dimension.kind === 'choice' ? 0 : 0.5))],
    widths: [...trials.map((_, trial) => perDimension.map((widths) => widths[trial] ?? 1)), dimensions.map(() => 1)],
  };
}

/** The more trials a mixture has, the surer each is of its own choice. */
function otherChoice(trials: number): number {
  return 1 / Math.min(10, trials + 2);
}

/** The larger distance to the next trial on either side, within limits that narrow as trials come in. */
function neighbourDistances(points: readonly number[], resolution: number): number[] {
  const narrowest = Math.max(1 / Math.min(100, points.length + 2), resolution / 2);
  const order = points.map((_, index) => index).sort((a, b) => (points[a] ?? 0) - (points[b] ?? 0));
  const widths = points.map(() => 1);
  for (const [rank, index] of order.entries()) {
    const here = points[index] ?? 0;
    const before = rank > 0 ? (points[order[rank - 1] ?? 0] ?? 0) : 0;
    const after = rank < order.length - 1 ? (points[order[rank + 1] ?? 0] ?? 1) : 1;
    widths[index] = Math.min(1, Math.max(narrowest, here - before, after - here));
  }
  return widths;
}

function draw(dimensions: readonly Dimension[], { centres, widths }: Mixture, random: Random): number[] {
  const kernel = Math.floor(random() * centres.length);
  return dimensions.map((dimension, index) => {
    const centre = centres[kernel]?.[index] ?? 0;
    const width = widths[kernel]?.[index] ?? 1;
    if (dimension.kind === 'numeric') return drawInside(centre, width, random);
    return random() < width ? Math.floor(random() * dimension.count) : centre;
  });
}

/** Redrawn until it lies in [0, 1]: with a centre inside and a width of at most 1 that takes three draws at most on average. */
function drawInside(centre: number, width: number, random: Random): number {
  for (let tries = 0; tries < 100; tries++) {
    const point = centre + width * normal(random);
    if (point >= 0 && point <= 1) return point;
  }
  return centre;
}

function logDensity(dimensions: readonly Dimension[], { centres, widths }: Mixture, point: readonly number[]): number {
  const logs = centres.map((centre, kernel) =>
    dimensions.reduce((sum, dimension, index) => {
      const width = widths[kernel]?.[index] ?? 1;
      return sum + logKernel(dimension, point[index] ?? 0, centre[index] ?? 0, width);
    }, 0),
  );
  const highest = Math.max(...logs);
  return highest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - highest), 0) / logs.length);
}

function logKernel(dimension: Dimension, point: number, centre: number, width: number): number {
  if (dimension.kind === 'choice') return Math.log(width / dimension.count + (point === centre ? 1 - width : 0));
  const inside = cumulative((1 - centre) / width) - cumulative(-centre / width);
  return -0.5 * ((point - centre) / width) ** 2 - Math.log(width * inside);
}

/** The standard normal distribution function (Abramowitz and Stegun 1964, 7.1.26; error below 1.5e-7). */
function cumulative(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * z);
  const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = 0.5 * poly * Math.exp(-z * z);
  return x > 0 ? 1 - tail : tail;
}
