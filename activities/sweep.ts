import type { ObjectStore } from '../src/artifacts/object-store.ts';
import type { ParameterSpace, ParameterValue } from '../src/plan/schema.ts';
import { directionOf } from '../src/sweep/direction.ts';
import { bestTrial, type Sampler } from '../src/sweep/sampler.ts';
import { suggested } from '../src/sweep/warm-start.ts';
import { translateErrors } from './failure.ts';
import { readTrials } from './sweep-records.ts';

export interface Observation {
  readonly trial: number;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly value: number | null;
}

type Parameters = Readonly<Record<string, ParameterValue>>;

/**
 * The sampler: pure, but its answers must be recorded and never computed again on replay.
 * @param store has the trials that long sweeps no longer carry along
 */
export function createSweepActivities({ store }: { readonly store?: ObjectStore } = {}) {
  return translateErrors({
    async suggestTrial(request: {
      readonly space: Readonly<Record<string, ParameterSpace>>;
      readonly metric: string;
      readonly observations: readonly Observation[];
      /** Object keys of the trials before `observations`. */
      readonly parts?: readonly string[];
      readonly running: readonly Parameters[];
      readonly seed: number;
      readonly trialNumber: number;
      readonly warmStart: Parameters | null;
      readonly sampler?: Sampler | undefined;
    }): Promise<Parameters> {
      const before = store ? await Promise.all((request.parts ?? []).map((key) => readTrials(store, key))) : [];
      const observations = [...before.flat(), ...request.observations];
      return suggested({ ...request, observations, direction: directionOf(request.metric) });
    },

    /** Only sweeps that began before they could be steered ask. */
    async bestOf(metric: string, observations: readonly Observation[]): Promise<{ trial: number }> {
      const best = bestTrial(observations, directionOf(metric));
      return { trial: best?.trial ?? -1 };
    },
  });
}
