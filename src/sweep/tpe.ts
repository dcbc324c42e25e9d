import { normal, type Random } from './random.ts';
import type { Dimension, Point } from './space.ts';

/** A mixture of product kernels: one per trial, and one as wide as the space so that nothing becomes impossible. */
interface Mixture {
  readonly centres: readonly Point[];
  /** Per kernel and dimension: a standard deviation, or for choices the probability of another value. */
  readonly widths: readonly (readonly number[])[];
}

const candidates = 48;

/**
 * Places in these dimensions, all of one group, that look most promising; by the tree-structured Parzen estimator (Bergstra et al. 2011):
 * drawn from a density of good trials, ranked by how much likelier they are among the good than among the rest. All
 * dimensions of a kernel belong together (Falkner et al. 2018), and a kernel is as wide as the way to its neighbours (Watanabe 2023,
 * arXiv 2304.11127).
 * @param good points of these dimensions alone, none NaN
 */
export function parzenPoint(
  dimensions: readonly Dimension[],
  good: readonly Point[],
  rest: readonly Point[],
  random: Random,
): Point {
  const [promising, ordinary] = [mixtureOf(dimensions, good), mixtureOf(dimensions, rest)];
  const gains = [density(dimensions, promising), density(dimensions, ordinary)] as const;
  let best: Point = [];
  let highest = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < candidates; at += 1) {
    const point = draw(dimensions, promising, random);
    const gain = gains[0](point) - gains[1](point);
    if (gain > highest || at === 0) [best, highest] = [point, gain];
  }
  return best;
}

function mixtureOf(dimensions: readonly Dimension[], trials: readonly Point[]): Mixture {
  const perDimension = dimensions.map((dimension, index) => {
    const points = trials.map((trial) => trial[index] ?? 0);
    return dimension.kind === 'choice'
      ? points.map(() => otherChoice(trials.length))
      : neighbourDistances(points, dimension.count > 0 ? 1 / dimension.count : 0);
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

function draw(dimensions: readonly Dimension[], { centres, widths }: Mixture, random: Random): Point {
  const kernel = Math.floor(random() * centres.length);
  return dimensions.map((dimension, index) => {
    const centre = centres[kernel]?.[index] ?? 0;
    const width = widths[kernel]?.[index] ?? 1;
    if (dimension.kind === 'numeric') return drawInside(centre, width, random);
    return random() < width ? Math.floor(random() * dimension.count) : centre;
  });
}

/** Redrawn until it lies in [0, 1]: with a centre inside and a width of at most 1 that takes three draws at most on average. */
export function drawInside(centre: number, width: number, random: Random): number {
  for (let tries = 0; tries < 100; tries++) {
    const point = centre + width * normal(random);
    if (point >= 0 && point <= 1) return point;
  }
  return centre;
}

/** Log density of the mixture; what does not depend on the point is computed once. */
function density(dimensions: readonly Dimension[], { centres, widths }: Mixture): (point: Point) => number {
  const norms = centres.map((centre, kernel) =>
    dimensions.reduce((sum, { kind }, index) => {
      if (kind === 'choice') return sum;
      const [at, width] = [centre[index] ?? 0, widths[kernel]?.[index] ?? 1];
      return sum - Math.log(width * (cumulative((1 - at) / width) - cumulative(-at / width)));
    }, 0),
  );
  const logs = new Float64Array(centres.length);
  return (point) => {
    let highest = Number.NEGATIVE_INFINITY;
    for (let kernel = 0; kernel < centres.length; kernel += 1) {
      const [centre, width] = [centres[kernel] as Point, widths[kernel] as Point];
      let log = norms[kernel] as number;
      for (let index = 0; index < dimensions.length; index += 1)
        log += logKernel(
          dimensions[index] as Dimension,
          point[index] as number,
          centre[index] as number,
          width[index] as number,
        );
      logs[kernel] = log;
      if (log > highest) highest = log;
    }
    let sum = 0;
    for (const log of logs) sum += Math.exp(log - highest);
    return highest + Math.log(sum / centres.length);
  };
}

function logKernel({ kind, count }: Dimension, point: number, centre: number, width: number): number {
  if (kind === 'choice') return Math.log(width / count + (point === centre ? 1 - width : 0));
  const z = (point - centre) / width;
  return -0.5 * z * z;
}

/** The standard normal distribution function (Abramowitz and Stegun 1964, 7.1.26; error below 1.5e-7). */
function cumulative(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * z);
  const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = 0.5 * poly * Math.exp(-z * z);
  return x > 0 ? 1 - tail : tail;
}
