import type { Scored } from './refine.ts';
import type { Point } from './space.ts';

/** In every dimension nearer than this share of its range. */
const near = 0.1;
/** More good trials than these are never learned from. */
const nichesAtMost = 25;

/**
 * Good trials that lie apart come first, and those next to a better one last, as if they were bad. A search that narrows down one
 * place fills the best tenth with it, and would look nowhere else: places are told apart here, and narrowed down by the surface.
 * @param scored best first
 */
export function apartFirst(scored: readonly Scored[]): Scored[] {
  const apart: Scored[] = [];
  const close: Scored[] = [];
  for (const trial of scored) {
    const isClose = apart.slice(0, nichesAtMost).some(({ point }) => areNear(point, trial.point));
    (isClose ? close : apart).push(trial);
  }
  return [...apart, ...close];
}

/** Different choices are a distance of 1 at least. */
function areNear(a: Point, b: Point): boolean {
  return a.every((place, at) => {
    const other = b[at] as number;
    return (Number.isNaN(place) && Number.isNaN(other)) || Math.abs(place - other) < near;
  });
}
