import type { Random } from './random.ts';
import type { Scored } from './refine.ts';
import { type Dimension, fillPoint, type Point } from './space.ts';
import { parzenPoint } from './tpe.ts';

/**
 * A likely good point of a space whose parameters may depend on each other: parameters that belong together are drawn together, a group
 * after the one that it depends on, each from the trials that had it.
 * @param scored good ones first, failed ones last; of these arms alone
 * @param taken running trials, which count as bad
 * @param arms places that are decided already
 */
export function likelyPoint(
  dimensions: readonly Dimension[],
  scored: readonly Scored[],
  taken: readonly Point[],
  arms: ReadonlyMap<number, number>,
  random: Random,
): Point {
  const drawn = new Map<number, number>(arms);
  const points = scored.map(({ point }) => point);
  return fillPoint(dimensions, (dimension, at) => {
    if (!drawn.has(at)) {
      const group = groupOf(dimensions, dimension).filter((member) => !drawn.has(member));
      const members = group.map((member) => dimensions[member] as Dimension);
      const has = (point: Point) => group.every((member) => !Number.isNaN(point[member]));
      const part = (point: Point): Point => group.map((member) => point[member] as number);
      const known = points.filter(has).map(part);
      const good = Math.min(25, Math.ceil(known.length / 10));
      const rest = [...known.slice(good), ...taken.filter(has).map(part)];
      const values = parzenPoint(members, known.slice(0, good), rest, random);
      group.forEach((member, index) => {
        drawn.set(member, values[index] as number);
      });
    }
    return drawn.get(at) as number;
  });
}

/** Places of the dimensions that belong to the same trials. */
function groupOf(dimensions: readonly Dimension[], { when }: Dimension): number[] {
  const key = JSON.stringify(when);
  return dimensions.flatMap((other, at) => (JSON.stringify(other.when) === key ? [at] : []));
}
