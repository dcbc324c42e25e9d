import type { Direction } from './direction.ts';
import type { SweepRecord } from './record.ts';
import { type SuggestRequest, suggest } from './sampler.ts';
import { dimensionsOf, type Parameters, parametersAt, pointOf, type Space } from './space.ts';

type EarlierSweep = Pick<SweepRecord, 'metric' | 'trials'>;

/** What the first trials of a sweep take over from earlier ones. */
export interface EarlierTrials {
  readonly parameters: readonly Parameters[];
  /** Earlier trials that no longer fit into the space. */
  readonly dropped: number;
}

/**
 * The best parameters of earlier sweeps of the same stage, to be trained again first. Values of other data are not comparable with
 * today's, so only their order within their own sweep counts: the best of each sweep, then the second of each, and so on. As points to
 * begin with they cost no more than so many trials where the past misleads; as observations they would mislead to the end.
 *
 * @param sweeps newest first
 * @param known parameters that are tried anyway
 */
export function earlierTrials(
  sweeps: readonly EarlierSweep[],
  asked: {
    readonly space: Space;
    readonly metric: string;
    readonly direction: Direction;
    readonly known: readonly Parameters[];
    readonly atMost: number;
  },
): EarlierTrials {
  const { space, metric, direction, known, atMost } = asked;
  const dimensions = dimensionsOf(space);
  let dropped = 0;
  const ranked = sweeps
    .filter((sweep) => sweep.metric === metric)
    .map(({ trials }) =>
      trials
        .filter(({ value, stoppedAt }) => value !== null && stoppedAt === undefined)
        .sort((a, b) => (direction === 'maximize' ? -1 : 1) * ((a.value ?? 0) - (b.value ?? 0)) || a.trial - b.trial)
        .flatMap(({ parameters }) => {
          const kept = inSpace(space, parameters);
          if (pointOf(dimensions, kept)) return [kept];
          dropped += 1;
          return [];
        }),
    );
  const taken: Parameters[] = [];
  for (let rank = 0; taken.length < atMost && ranked.some((trials) => rank < trials.length); rank += 1)
    for (const trials of ranked) {
      const next = trials[rank];
      const isNew = next && ![...known, ...taken].some((other) => areSame(dimensions, next, other));
      if (isNew && taken.length < atMost) taken.push(next);
    }
  return { parameters: taken, dropped };
}

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
function inSpace(space: Space, parameters: Parameters): Parameters {
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

/** Of the parameters that vary, whatever else is beside them. */
function areSame(dimensions: ReturnType<typeof dimensionsOf>, one: Parameters, other: Parameters): boolean {
  return dimensions.every(({ name }) => one[name] === other[name]);
}
