import { normal, type Random } from './random.ts';
import type { Dimension, Point } from './space.ts';

/**
 * A mixture of product kernels: one per trial, and one as wide as the space so that nothing becomes impossible. Columns, a dimension each,
 * with a number per kernel: a sweep of a thousand trials asks for millions of them.
 */
interface Mixture {
  readonly kernels: number;
  readonly centres: readonly Float64Array[];
  /** Standard deviations, or for choices the probability of another value. */
  readonly widths: readonly Float64Array[];
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
  const centres = dimensions.map(({ kind }, index) =>
    Float64Array.from([...trials.map((trial) => trial[index] ?? 0), kind === 'choice' ? 0 : 0.5]),
  );
  const widths = dimensions.map(({ kind, count }, index) => {
    const points = (centres[index] as Float64Array).subarray(0, trials.length);
    const own =
      kind === 'choice'
        ? new Float64Array(trials.length).fill(otherChoice(trials.length))
        : neighbourDistances(points, count > 0 ? 1 / count : 0);
    return Float64Array.from([...own, 1]);
  });
  return { kernels: trials.length + 1, centres, widths };
}

/** The more trials a mixture has, the surer each is of its own choice. */
function otherChoice(trials: number): number {
  return 1 / Math.min(10, trials + 2);
}

/** The larger distance to the next trial on either side, within limits that narrow as trials come in. */
function neighbourDistances(points: Float64Array, resolution: number): Float64Array {
  const narrowest = Math.max(1 / Math.min(100, points.length + 2), resolution / 2);
  const order = ranking(points);
  const widths = new Float64Array(points.length);
  for (let rank = 0; rank < order.length; rank += 1) {
    const index = order[rank] as number;
    const here = points[index] as number;
    const before = rank > 0 ? (points[order[rank - 1] as number] as number) : 0;
    const after = rank < order.length - 1 ? (points[order[rank + 1] as number] as number) : 1;
    widths[index] = Math.min(1, Math.max(narrowest, here - before, after - here));
  }
  return widths;
}

/** Indices of values in [0, 1], ascending, equals by index. A place and its index share one number, as numbers sort ten times as fast alone. */
function ranking(values: Float64Array): Float64Array {
  const stride = 2 ** Math.ceil(Math.log2(values.length + 1));
  const keys = values.map((value, index) => Math.floor(value * (2 ** 52 / stride)) * stride + index).sort();
  return keys.map((key) => key % stride);
}

function draw(dimensions: readonly Dimension[], { kernels, centres, widths }: Mixture, random: Random): Point {
  const kernel = Math.floor(random() * kernels);
  return dimensions.map((dimension, index) => {
    const centre = centres[index]?.[kernel] ?? 0;
    const width = widths[index]?.[kernel] ?? 1;
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
function density(dimensions: readonly Dimension[], { kernels, centres, widths }: Mixture): (point: Point) => number {
  const norms = new Float64Array(kernels);
  const factors = dimensions.map(({ kind, count }, index) =>
    (kind === 'choice' ? choiceFactors : numericFactors)(
      { centres: centres[index] as Float64Array, widths: widths[index] as Float64Array, count },
      norms,
    ),
  );
  const logs = new Float64Array(kernels);
  return (point) => {
    logs.set(norms);
    for (const [index, { kind }] of dimensions.entries()) {
      const add = kind === 'choice' ? addChoice : addNumeric;
      add(logs, point[index] as number, centres[index] as Float64Array, factors[index] as Float64Array);
    }
    return logOfMean(logs);
  };
}

interface Column {
  readonly centres: Float64Array;
  readonly widths: Float64Array;
  /** Of choices. */
  readonly count: number;
}

/** What the log of a kernel gains where the choice is its own; any other choice is left to the norm. */
function choiceFactors({ widths, count }: Column, norms: Float64Array): Float64Array {
  return widths.map((width, kernel) => {
    const other = Math.log(width / count);
    norms[kernel] = (norms[kernel] as number) + other;
    return Math.log(width / count + 1 - width) - other;
  });
}

/** One by a kernel's width; the norm makes its mass inside [0, 1] one. */
function numericFactors({ centres, widths }: Column, norms: Float64Array): Float64Array {
  return widths.map((width, kernel) => {
    const at = centres[kernel] as number;
    const inside = cumulative((1 - at) / width) - cumulative(-at / width);
    norms[kernel] = (norms[kernel] as number) - Math.log(width * inside);
    return 1 / width;
  });
}

function addChoice(logs: Float64Array, at: number, centres: Float64Array, factors: Float64Array): void {
  for (let kernel = 0; kernel < logs.length; kernel += 1)
    if (centres[kernel] === at) logs[kernel] = (logs[kernel] as number) + (factors[kernel] as number);
}

function addNumeric(logs: Float64Array, at: number, centres: Float64Array, factors: Float64Array): void {
  for (let kernel = 0; kernel < logs.length; kernel += 1) {
    const z = (at - (centres[kernel] as number)) * (factors[kernel] as number);
    logs[kernel] = (logs[kernel] as number) - 0.5 * z * z;
  }
}

function logOfMean(logs: Float64Array): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (const log of logs) if (log > highest) highest = log;
  let sum = 0;
  // Below e^-40 nothing is left of a kernel beside the highest one.
  for (const log of logs) if (log > highest - 40) sum += Math.exp(log - highest);
  return highest + Math.log(sum / logs.length);
}

/** The standard normal distribution function (Abramowitz and Stegun 1964, 7.1.26; error below 1.5e-7). */
function cumulative(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * z);
  const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = 0.5 * poly * Math.exp(-z * z);
  return x > 0 ? 1 - tail : tail;
}
