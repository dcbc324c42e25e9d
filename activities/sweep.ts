import type { ObjectStore } from '../src/artifacts/object-store.ts';
import { PerennialError } from '../src/errors/error.ts';
import type { ParameterSpace, ParameterValue } from '../src/plan/schema.ts';
import { directionOf } from '../src/sweep/direction.ts';
import type { AskOptuna } from '../src/sweep/optuna-ask.ts';
import type { Prior } from '../src/sweep/prior.ts';
import { trialsWithPrior } from '../src/sweep/prior-point.ts';
import { settled } from '../src/sweep/record.ts';
import { bestTrial } from '../src/sweep/sampler.ts';
import type { Sampler } from '../src/sweep/sampler-names.ts';
import { suggestAll } from '../src/sweep/suggested.ts';
import { translateErrors } from './failure.ts';
import { readJson, readTrials } from './sweep-records.ts';

export interface Observation {
  readonly trial: number;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly value: number | null;
  readonly resumedFrom?: number;
}

type Parameters = Readonly<Record<string, ParameterValue>>;

export interface SweepDependencies {
  /** Has the trials that long sweeps no longer carry along. */
  readonly store?: ObjectStore;
  readonly askOptuna?: AskOptuna;
}

/** The samplers: functions of what they are asked, but their answers must be recorded and never made again on replay. */
export function createSweepActivities({ store, askOptuna = withoutOptuna }: SweepDependencies = {}) {
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
      /** Object key of what earlier sweeps know; none of sweeps that began before there was any. */
      readonly prior?: string | null;
      readonly sampler?: Sampler | undefined;
    }): Promise<Parameters> {
      const before = store ? await Promise.all((request.parts ?? []).map((key) => readTrials(store, key))) : [];
      const observations = settled<Observation>([...before.flat(), ...request.observations]);
      const asksPrior = store && request.prior && request.trialNumber < trialsWithPrior;
      const prior = asksPrior ? await readJson<Prior>(store, request.prior) : null;
      const all = [{ ...request, observations, prior, direction: directionOf(request.metric) }];
      const [suggestion = {}] = await suggestAll(all, askOptuna);
      return suggestion;
    },

    /** Only sweeps that began before they could be steered ask. */
    async bestOf(metric: string, observations: readonly Observation[]): Promise<{ trial: number }> {
      const best = bestTrial(observations, directionOf(metric));
      return { trial: best?.trial ?? -1 };
    },
  });
}

async function withoutOptuna(): Promise<never> {
  throw new PerennialError('PRN-SWEEP-002', { message: 'This worker has no Python to ask Optuna with.' });
}
