import { gridSize, gridTrial } from '../plan/grid.ts';
import { chosenArms } from './arms.ts';
import type { Direction } from './direction.ts';
import { likelyPoint } from './likely.ts';
import { apartFirst } from './niches.ts';
import { type Random, randomFor } from './random.ts';
import { refinedPoint, type Scored } from './refine.ts';
import type { Sampler } from './sampler-names.ts';
import { shuffledIndex } from './shuffle.ts';
import { sobolPoint } from './sobol.ts';
import {
  areSame,
  type Dimension,
  dimensionsOf,
  fillPoint,
  type Parameters,
  type Point,
  parametersAt,
  pointOf,
  randomPoint,
  type Space,
  spread,
} from './space.ts';

/** A finished trial. `value` is null when it failed: its region counts as bad. */
export interface Observation {
  readonly trial: number;
  readonly parameters: Parameters;
  readonly value: number | null;
}

export interface SuggestRequest {
  readonly space: Space;
  readonly observations: readonly Observation[];
  /** Parameters of trials without a result yet: parallel trials keep apart from them. */
  readonly running: readonly Parameters[];
  readonly seed: number;
  readonly trialNumber: number;
  /** What is better; `maximize` unless given. */
  readonly direction?: Direction;
  /** `tpe` unless given. */
  readonly sampler?: Sampler;
}

/** Trials before there is something to learn from. */
const startUpTrials = 10;
/** Beyond the best ones only so many of the latest are learned from: a suggestion must not grow dearer with every trial. */
const learnedFrom = 1_000;
const learnedBest = 50;

/**
 * The parameters of the next trial: a pure function of its request, with a random stream of its own per trial number. Math.log and its
 * kin may differ between engines, so a workflow must record the answer rather than compute it again. An exact repeat of
 * a finished or running trial is avoided as long as something else can be drawn; a grid begins anew after its last trial.
 */
export function suggest(request: SuggestRequest): Parameters {
  const { space, observations, running, seed, trialNumber } = request;
  if (request.sampler === 'grid') return gridTrial(space, shuffledIndex(gridSize(space) ?? 0, seed, trialNumber));
  const dimensions = dimensionsOf(space);
  const random = randomFor(seed, trialNumber);
  const first = proposal(dimensions, request, random);
  const known = [...observations.map(({ parameters }) => parameters), ...running];
  const isKnown = (parameters: Parameters) => known.some((other) => areSame(parameters, other));
  let parameters = parametersAt(space, dimensions, first);
  for (let tries = 0; isKnown(parameters) && tries < 16; tries += 1)
    parameters = parametersAt(space, dimensions, randomPoint(dimensions, random));
  return parameters;
}

/** The finished trial with the best value; of equals the earliest. Null when none has a value. */
export function bestTrial(observations: readonly Observation[], direction: Direction): Observation | null {
  const [best] = [...observations].sort((a, b) => lossOf(a, direction) - lossOf(b, direction) || a.trial - b.trial);
  return best && isValue(best.value) ? best : null;
}

function proposal(dimensions: readonly Dimension[], request: SuggestRequest, random: Random): Point {
  const { observations, seed, trialNumber, sampler = 'tpe', direction = 'maximize' } = request;
  if (sampler === 'random') return randomPoint(dimensions, random);
  if (observations.length < startUpTrials) return startPoint(dimensions, seed, trialNumber, random);
  const scored = scoredTrials(dimensions, observations, direction);
  const taken = request.running.flatMap((parameters) => {
    const point = pointOf(dimensions, parameters);
    return point ? [point] : [];
  });
  const arms = chosenArms(dimensions, scored, taken, random);
  const inArms = ({ point }: Scored) => [...arms].every(([at, arm]) => point[at] === arm);
  const learned = scored.filter(inArms);
  const valued = learned.filter(({ loss }) => Number.isFinite(loss));
  const refined = trialNumber % 2 === 1 ? refinedPoint(dimensions, valued, taken, random) : null;
  return refined ?? likelyPoint(dimensions, apartFirst(learned), taken, arms, random);
}

/** The first trials leave no large hole; a late one that is still among the first is random. */
function startPoint(dimensions: readonly Dimension[], seed: number, trialNumber: number, random: Random): Point {
  const shift = randomFor(seed, -1);
  const shares = sobolPoint(
    trialNumber,
    dimensions.map(() => shift()),
  );
  return fillPoint(dimensions, (dimension, at) => spread(dimension, shares[at] ?? random()));
}

/** Best first, failed ones last, equals by trial number: the order in which results came in does not matter. */
function scoredTrials(
  dimensions: readonly Dimension[],
  observations: readonly Observation[],
  direction: Direction,
): Scored[] {
  const losses = Float64Array.from(observations, (observation) => lossOf(observation, direction));
  const last = losses.toSorted()[learnedBest - 1] ?? Number.POSITIVE_INFINITY;
  const latest = observations.length - learnedFrom;
  return observations
    .map(({ trial, parameters }, at) => ({ trial, parameters, loss: losses[at] as number }))
    .filter(({ trial, loss }) => trial >= latest || loss <= last)
    .sort((a, b) => (a.loss === b.loss ? 0 : a.loss - b.loss) || a.trial - b.trial)
    .flatMap(({ trial, parameters, loss }, rank) => {
      if (rank >= learnedBest && trial < latest) return [];
      const point = pointOf(dimensions, parameters);
      return point ? [{ trial, point, loss }] : [];
    });
}

/** Smaller is better; infinite for a trial that failed. */
export function lossOf({ value }: Observation, direction: Direction): number {
  if (!isValue(value)) return Number.POSITIVE_INFINITY;
  return direction === 'maximize' ? -value : value;
}

function isValue(value: number | null): value is number {
  return value !== null && Number.isFinite(value);
}
