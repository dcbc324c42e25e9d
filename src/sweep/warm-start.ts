import type { Prior } from './prior.ts';
import { priorPoint } from './prior-point.ts';
import { type SuggestRequest, suggest } from './sampler.ts';
import { dimensionsOf, type Parameters, parametersAt, pointOf, type Space } from './space.ts';

export interface SuggestionRequest extends SuggestRequest {
  /** What this trial takes over. */
  readonly warmStart: Parameters | null;
  /** What earlier sweeps know; none of those that began before there was any. */
  readonly prior?: Prior | null | undefined;
}

/** What a sweep tries next: a suggestion, and in its first trials what is known from earlier. A grid is tried as it is, or it would have holes. */
export function suggested(request: SuggestionRequest): Parameters {
  const { space, warmStart, sampler } = request;
  if (warmStart && sampler !== 'grid') return warmed(space, suggest(request), warmStart);
  return fromPrior(request) ?? suggest(request);
}

/** What the prior of a sweep tells to try; null where it has none to ask, or the sampler shall decide. Random trials stay unbiased. */
export function fromPrior(request: SuggestionRequest): Parameters | null {
  const { warmStart, prior, sampler } = request;
  if (warmStart || !prior || sampler === 'grid' || sampler === 'random') return null;
  return priorPoint(request, prior);
}

/**
 * A suggestion with what a warm start knows better: parameters that the space still has, with values that it still allows, where
 * together they are one of its points.
 */
export function warmed(space: Space, suggested: Parameters, warm: Parameters): Parameters {
  const dimensions = dimensionsOf(space);
  const candidate = { ...suggested, ...inSpace(space, warm) };
  const point = pointOf(dimensions, candidate);
  if (!point) return suggested;
  const belonging = parametersAt(space, dimensions, point);
  return Object.fromEntries(Object.entries(candidate).filter(([name]) => name in belonging));
}

/** Parameters that the space still has and whose value still lies inside. */
export function inSpace(space: Space, parameters: Parameters): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).filter(([name, value]) => {
      const parameter = space[name];
      if (!parameter) return false;
      if ('fixed' in parameter) return parameter.fixed === value;
      const { when: _, ...free } = parameter;
      return pointOf(dimensionsOf({ [name]: free }), { [name]: value }) !== null;
    }),
  );
}
