import type { Random } from './random.ts';
import { type Dimension, fillPoint, type Point, spread } from './space.ts';
import { cubicSurface, distance, nearest } from './surface.ts';
import { drawInside } from './tpe.ts';

/** A finished trial; smaller losses are better. */
export interface Scored {
  readonly trial: number;
  readonly point: Point;
  readonly loss: number;
}

const candidates = 100;
const knotsAtMost = 50;

/**
 * A step from the best trial to where a surface through the trials around it is low: few of the numeric dimensions are moved, by
 * widths between wide and narrow, and candidates are weighed by the surface and by their distance to what is known (Regis and
 * Shoemaker 2013, DYCORS). Choices stay those of the best trial.
 * @param scored best first
 * @param taken points of running trials, which are kept away from too
 * @returns null where there is nothing to learn a surface from
 */
export function refinedPoint(
  dimensions: readonly Dimension[],
  scored: readonly Scored[],
  taken: readonly Point[],
  random: Random,
): Point | null {
  const flipped = flippedBest(dimensions, scored, random);
  if (flipped) return flipped;
  const [best] = scored;
  if (!best) return null;
  const moving = dimensions.flatMap(({ kind }, at) =>
    kind === 'numeric' && !Number.isNaN(best.point[at]) ? [at] : [],
  );
  if (moving.length === 0) return null;
  const alike = scored.filter(({ point }) => sameKind(dimensions, point, best.point));
  const inMoving = (point: Point): Point => moving.map((at) => point[at] as number);
  const knots = around(alike, inMoving);
  const surface = cubicSurface(
    knots.map(({ point }) => inMoving(point)),
    capped(knots),
    1e-6,
  );
  if (surface === null) return null;
  const known = {
    finished: alike.map(({ point }) => inMoving(point)),
    running: taken.filter((point) => sameKind(dimensions, point, best.point)).map(inMoving),
  };
  const chosen = choose(inMoving(best.point), surface, known, random);
  const point = [...best.point];
  moving.forEach((at, index) => {
    point[at] = chosen[index] as number;
  });
  return belonging(dimensions, point, random);
}

/** Where others depend on a moved number, some may no longer belong to the trial, and some belong to it now. */
function belonging(dimensions: readonly Dimension[], point: Point, random: Random): Point {
  return fillPoint(dimensions, (dimension, at) =>
    Number.isNaN(point[at]) ? spread(dimension, random()) : (point[at] as number),
  );
}

const flips = 0.2;

/** Now and then the best trial with another value of one of its choices, of which a surface says nothing; null where that was tried. */
function flippedBest(dimensions: readonly Dimension[], scored: readonly Scored[], random: Random): Point | null {
  const best = scored[0]?.point;
  const parents = new Set(dimensions.flatMap(({ when }) => (when ? [when.parameter] : [])));
  const choices = dimensions.flatMap(({ kind, name }, at) =>
    kind === 'choice' && !parents.has(name) && !Number.isNaN(best?.[at]) ? [at] : [],
  );
  if (!best || choices.length === 0 || random() >= flips) return null;
  const at = choices[Math.floor(random() * choices.length)] as number;
  const flipped = best.with(at, Math.floor(random() * (dimensions[at]?.count ?? 1)));
  const isKnown = scored.some(({ point }) => point.every((place, index) => Object.is(place, flipped[index])));
  return isKnown ? null : flipped;
}

/** The same choices, and the same parameters that belong to the trial. */
function sameKind(dimensions: readonly Dimension[], a: Point, b: Point): boolean {
  return dimensions.every(({ kind }, at) =>
    kind === 'choice' ? Object.is(a[at], b[at]) : Number.isNaN(a[at]) === Number.isNaN(b[at]),
  );
}

/** The best ones and those nearest to the very best: far away the surface need not be right. */
function around(alike: readonly Scored[], inMoving: (point: Point) => Point): readonly Scored[] {
  if (alike.length <= knotsAtMost) return alike;
  const good = alike.slice(0, knotsAtMost / 2);
  const centre = inMoving((alike[0] as Scored).point);
  const near = alike
    .slice(knotsAtMost / 2)
    .map((one) => ({ one, away: distance(inMoving(one.point), centre) }))
    .sort((a, b) => a.away - b.away)
    .slice(0, knotsAtMost / 2)
    .map(({ one }) => one);
  return [...good, ...near];
}

/** A few terrible values would bend the surface everywhere: none counts as worse than the middle one. */
function capped(knots: readonly Scored[]): number[] {
  const losses = knots.map(({ loss }) => loss);
  const sorted = [...losses].sort((a, b) => a - b);
  const middle = sorted[sorted.length >> 1] as number;
  const low = sorted[0] as number;
  const scale = middle - low || 1;
  return losses.map((loss) => (Math.min(loss, middle) - low) / scale);
}

function choose(
  best: Point,
  surface: (point: Point) => number,
  known: { readonly finished: readonly Point[]; readonly running: readonly Point[] },
  random: Random,
): Point {
  const share = Math.max(1 / best.length, Math.min(1, 4 / best.length));
  // From a third of the range down to a thousandth: which width helps depends on how far the search has come.
  const width = 0.3 * 10 ** (-2.5 * random());
  const drawn = Array.from({ length: candidates }, () => moved(best, share, width, random));
  const free = drawn.filter((point) => known.running.every((other) => distance(point, other) > width));
  const points = free.length > 0 ? free : drawn;
  const gaps = points.map((point) => nearest(point, known.finished));
  const weight = [0.5, 0.8, 0.95, 1][Math.floor(random() * 4)] as number;
  const [low, wide] = [ranks(points.map(surface)), ranks(gaps)];
  const cost = low.map((height, at) => weight * height - (1 - weight) * (wide[at] as number));
  return points[cost.indexOf(Math.min(...cost))] as Point;
}

function moved(from: Point, share: number, width: number, random: Random): Point {
  const always = Math.floor(random() * from.length);
  return from.map((place, at) => (at === always || random() < share ? drawInside(place, width, random) : place));
}

/** From 0 for the smallest to 1 for the largest value. */
function ranks(values: readonly number[]): number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return values.map((value) => (high > low ? (value - low) / (high - low) : 0));
}
