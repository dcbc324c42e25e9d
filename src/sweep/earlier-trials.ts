import type { Direction } from './direction.ts';
import { type Fitting, type Prior, priorOf } from './prior.ts';
import { type SweepRecord, settled } from './record.ts';
import { bestTrial } from './sampler.ts';
import { type Dimension, dimensionsOf, type Parameters, pointOf, type Space } from './space.ts';
import { inSpace } from './warm-start.ts';

type EarlierSweep = Pick<SweepRecord, 'metric' | 'trials'>;

/** What a sweep takes over from earlier ones. */
export interface EarlierTrials {
  /** Trained again by its first trials. */
  readonly parameters: readonly Parameters[];
  readonly prior: Prior | null;
  /** Earlier trials that no longer fit into the space. */
  readonly dropped: number;
}

interface Asked {
  readonly space: Space;
  readonly metric: string;
  readonly direction: Direction;
  /** Parameters that are tried anyway. */
  readonly known: readonly Parameters[];
}

/**
 * What a sweep begins with that has a past: all that earlier sweeps of its stage know, as a prior, and where nothing else is tried anyway
 * the best parameters of the last one. Values of other data are not comparable with today's, so none of them is told to the sampler as an observation.
 * @param sweeps newest first
 */
export function earlierTrials(sweeps: readonly EarlierSweep[], asked: Asked): EarlierTrials {
  const dimensions = dimensionsOf(asked.space);
  const fitting = sweeps
    .filter(({ metric }) => metric === asked.metric)
    .map(({ trials }) => ({
      had: settled(trials).length,
      trials: settled(trials).flatMap((trial) => fitted(dimensions, asked.space, trial)),
    }))
    .filter(({ trials }) => trials.some(isWhole));
  const dropped = fitting.reduce((sum, { had, trials }) => sum + had - trials.length, 0);
  const past = fitting.map(({ trials }) => trials);
  const best = past[0] && bestTrial(past[0].filter(isWhole), asked.direction);
  const prior = priorOf(past, asked.space, asked.direction);
  const isTriedAnyway = asked.known.some((other) =>
    dimensions.every(({ name }) => other[name] === best?.parameters[name]),
  );
  // One known trial is enough to begin with for a prior: it goes on from the best by itself.
  const isNeeded = best && !isTriedAnyway && !(prior && asked.known.length > 0);
  return { parameters: isNeeded ? [best.parameters] : [], prior, dropped };
}

const isWhole = ({ value, stoppedAt }: Fitting) => value !== null && stoppedAt === undefined;

/** Without parameters that left the space; nothing where the rest is none of its points. */
function fitted(dimensions: readonly Dimension[], space: Space, trial: EarlierSweep['trials'][number]): Fitting[] {
  const parameters = inSpace(space, trial.parameters);
  const { value, stoppedAt } = trial;
  const early = stoppedAt === undefined ? {} : { stoppedAt };
  return pointOf(dimensions, parameters) ? [{ trial: trial.trial, parameters, value, ...early }] : [];
}
