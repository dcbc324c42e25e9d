import { normalCdf } from '../evaluation/normal.ts';
import type { GaussianProcess } from './gaussian-process.ts';
import type { Random } from './random.ts';
import type { SuggestRequest } from './sampler.ts';
import {
  areSame,
  type Dimension,
  fillPoint,
  type Parameters,
  type Point,
  parametersAt,
  randomPoint,
  spread,
} from './space.ts';
import { drawInside } from './tpe.ts';

const drawn = 200;
const refinements = 100;

interface Search {
  /** Points that places are drawn around; the better ones first. */
  readonly begin: readonly Point[];
  /** The loss to improve on. */
  readonly least: number;
  readonly process: GaussianProcess;
  readonly random: Random;
}

/** Of places around the best ones, some anywhere, and of places around the winner of those: none that is known already. */
export function mostPromising(
  dimensions: readonly Dimension[],
  { space, observations, running }: SuggestRequest,
  { begin, least, process, random }: Search,
): Parameters | null {
  const known = [...observations.map(({ parameters }) => parameters), ...running];
  const gain = gainOver(least, process);
  let most = Number.NEGATIVE_INFINITY;
  let [chosen, place]: [Parameters | null, Point | null] = [null, null];
  const consider = (point: Point) => {
    const gained = gain(point);
    if (!(gained > most)) return;
    const parameters = parametersAt(space, dimensions, point);
    if (!known.some((other) => areSame(parameters, other))) [most, chosen, place] = [gained, parameters, point];
  };
  for (let at = 0; at < drawn; at += 1) {
    const from = begin[Math.floor(random() ** 2 * begin.length)] as Point;
    const width = 0.4 * 10 ** (-2 * random());
    consider(
      at % 10 === 9
        ? randomPoint(dimensions, random)
        : moved(dimensions, from, { width, share: random() ** 2, random }),
    );
  }
  for (let at = 0; at < refinements && place; at += 1) {
    const width = 0.1 * 10 ** (-1.5 * random());
    consider(moved(dimensions, place, { width, share: random(), random }));
  }
  return chosen;
}

/** Logarithm of the expected improvement (Jones, Schonlau and Welch 1998), by its limit where it is too small for a number. */
function gainOver(least: number, process: GaussianProcess): (point: Point) => number {
  return (point) => {
    const { mean, sd } = process.predict(point);
    const away = (least - mean) / sd;
    const logDensity = -(away * away + Math.log(2 * Math.PI)) / 2;
    if (away < -5) return Math.log(sd) + logDensity - 2 * Math.log(-away);
    return Math.log(sd * (away * normalCdf(away) + Math.exp(logDensity)));
  };
}

/** Few of the parameters, or all, have another value; those that belong to the trial only now have any. */
function moved(
  dimensions: readonly Dimension[],
  from: Point,
  { width, share, random }: { readonly width: number; readonly share: number; readonly random: Random },
): Point {
  return fillPoint(dimensions, (dimension, at) => {
    const place = from[at] as number;
    if (Number.isNaN(place)) return spread(dimension, random());
    if (random() >= Math.max(0.15, share)) return place;
    return dimension.kind === 'choice' ? spread(dimension, random()) : drawInside(place, width, random);
  });
}
