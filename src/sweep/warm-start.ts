import { type SuggestRequest, suggest } from './sampler.ts';
import { dimensionsOf, type Parameters, parametersAt, pointOf, type Space } from './space.ts';

/** What a sweep tries next: a suggestion, and in its first trials what is known from earlier. A grid is tried as it is, or it would have holes. */
export function suggested(request: SuggestRequest & { readonly warmStart: Parameters | null }): Parameters {
  const { space, warmStart, sampler } = request;
  const parameters = suggest(request);
  return warmStart && sampler !== 'grid' ? warmed(space, parameters, warmStart) : parameters;
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
