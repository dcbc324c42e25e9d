import type { Direction } from './direction.ts';
import { type SweepRecord, settled } from './record.ts';
import { type Observation, suggest } from './sampler.ts';
import { type Dimension, dimensionsOf, type Parameters, pointOf, type Space } from './space.ts';
import { inSpace } from './warm-start.ts';

type EarlierSweep = Pick<SweepRecord, 'metric' | 'trials'>;

/** What the first trials of a sweep take over from earlier ones. */
export interface EarlierTrials {
  readonly parameters: readonly Parameters[];
  /** Earlier trials that no longer fit into the space. */
  readonly dropped: number;
}

interface Asked {
  readonly space: Space;
  readonly metric: string;
  readonly direction: Direction;
  readonly seed: number;
  /** Parameters that are tried anyway. */
  readonly known: readonly Parameters[];
  /** So many trials are all that a misleading past can cost. */
  readonly atMost: number;
}

/** The best of earlier trials that are trained again; the others are new ones near them. */
const repeatedAtMost = 2;

/**
 * Where a sweep begins that has a past: at the best parameters of earlier sweeps of its stage, then where the last of them would have
 * gone on, as the best place of today is near, but not at, that of yesterday. Values of other data are not comparable with today's, so
 * only their order within their own sweep counts, and none of them is told to the sampler as an observation: as points to begin with
 * they cost a few trials where the past misleads, as observations they would mislead to the end.
 *
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
  const repeated = bestOfEach(
    dimensions,
    fitting.map(({ trials }) => trials.filter(isWhole)),
    asked,
  );
  const [newest] = fitting;
  if (!newest) return { parameters: [], dropped };
  return { parameters: wentOn(newest.trials, repeated, asked), dropped };
}

interface Fitting extends Observation {
  readonly stoppedAt?: number;
}

const isWhole = ({ value, stoppedAt }: Fitting) => value !== null && stoppedAt === undefined;

/** Without parameters that left the space; nothing where the rest is none of its points. */
function fitted(dimensions: readonly Dimension[], space: Space, trial: EarlierSweep['trials'][number]): Fitting[] {
  const parameters = inSpace(space, trial.parameters);
  const { value, stoppedAt } = trial;
  const early = stoppedAt === undefined ? {} : { stoppedAt };
  return pointOf(dimensions, parameters) ? [{ trial: trial.trial, parameters, value, ...early }] : [];
}

/** The best of each sweep, then the second of each, and so on. */
function bestOfEach(
  dimensions: readonly Dimension[],
  sweeps: readonly (readonly Fitting[])[],
  { direction, known, atMost }: Asked,
): Parameters[] {
  const sign = direction === 'maximize' ? -1 : 1;
  const ranked = sweeps.map((trials) =>
    [...trials].sort((a, b) => sign * ((a.value ?? 0) - (b.value ?? 0)) || a.trial - b.trial),
  );
  const isVaried = (one: Parameters, other: Parameters) => dimensions.some(({ name }) => one[name] !== other[name]);
  const taken: Parameters[] = [];
  const room = Math.min(atMost, repeatedAtMost);
  for (let rank = 0; ranked.some((trials) => rank < trials.length); rank += 1)
    for (const { parameters } of ranked.flatMap((trials) => trials.slice(rank, rank + 1)))
      if (taken.length < room && [...known, ...taken].every((other) => isVaried(parameters, other)))
        taken.push(parameters);
  return taken;
}

/** What the sweep of these trials would have suggested next. */
function wentOn(
  observations: readonly Fitting[],
  begun: readonly Parameters[],
  { space, direction, seed, known, atMost }: Asked,
): Parameters[] {
  const taken = [...begun];
  for (let trialNumber = observations.length; taken.length < atMost; trialNumber += 1) {
    const running = [...known, ...taken];
    taken.push(suggest({ space, observations, running, seed, trialNumber, direction }));
  }
  return taken;
}
