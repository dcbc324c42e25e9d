import type { ParameterSpace, ParameterValue } from '../src/plan/schema.ts';
import { directionOf } from '../src/sweep/direction.ts';
import { bestTrial, suggest } from '../src/sweep/sampler.ts';

export interface Observation {
  readonly trial: number;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly value: number | null;
}

type Parameters = Readonly<Record<string, ParameterValue>>;

/** The sampler behind local activities: pure, but its answers must be recorded and never computed again on replay. */
export function createSweepActivities() {
  return {
    async suggestTrial(request: {
      readonly space: Readonly<Record<string, ParameterSpace>>;
      readonly metric: string;
      readonly observations: readonly Observation[];
      readonly running: readonly Parameters[];
      readonly seed: number;
      readonly trialNumber: number;
      readonly warmStart: Parameters | null;
    }): Promise<Parameters> {
      const { space, warmStart, trialNumber } = request;
      const suggested = suggest({ ...request, direction: directionOf(request.metric) });
      return trialNumber === 0 && warmStart ? { ...suggested, ...inSpace(space, warmStart) } : suggested;
    },

    async bestOf(metric: string, observations: readonly Observation[]): Promise<{ trial: number }> {
      const best = bestTrial(observations, directionOf(metric));
      return { trial: best?.trial ?? -1 };
    },
  };
}

/** Parameters that the space still has and whose value still lies inside. */
function inSpace(
  space: Readonly<Record<string, ParameterSpace>>,
  parameters: Parameters,
): Record<string, ParameterValue> {
  return Object.fromEntries(
    Object.entries(parameters).filter(([name, value]) => space[name] && contains(space[name], value)),
  );
}

function contains(space: ParameterSpace, value: ParameterValue): boolean {
  if ('fixed' in space) return space.fixed === value;
  if ('choice' in space) return space.choice.includes(value);
  const [low, high] = 'int' in space ? space.int : space.float;
  return typeof value === 'number' && value >= low && value <= high && (!('int' in space) || Number.isInteger(value));
}
