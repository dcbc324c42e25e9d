import type { Direction } from './direction.ts';
import { type Random, randomFor } from './random.ts';
import {
  type Dimension,
  dimensionsOf,
  type Parameters,
  parametersAt,
  pointsOf,
  randomPoints,
  type Space,
} from './space.ts';
import { proposePoints } from './tpe.ts';

/** A finished trial. `value` is null when it failed: its region counts as bad. */
export interface Observation {
  readonly trial: number;
  readonly parameters: Parameters;
  readonly value: number | null;
}

export interface SuggestRequest {
  readonly space: Space;
  readonly observations: readonly Observation[];
  /** Parameters of trials without a result yet: they count as bad, so that parallel trials keep apart. */
  readonly running: readonly Parameters[];
  readonly seed: number;
  readonly trialNumber: number;
  /** What is better; `maximize` unless given. */
  readonly direction?: Direction;
  /** `tpe` unless given; it, too, starts with random trials. */
  readonly sampler?: 'random' | 'tpe';
}

/** Trials before there is something to learn from. */
const startUpTrials = 10;

/**
 * The parameters of the next trial: a pure function of its request, with a random stream of its own per trial number. Math.log and its
 * kin may differ between engines, so a workflow must record the answer rather than compute it again. An exact repeat of
 * a finished or running trial is avoided as long as something else can be drawn.
 */
export function suggest(request: SuggestRequest): Parameters {
  const { space, observations, running, seed, trialNumber } = request;
  const dimensions = dimensionsOf(space);
  const random = randomFor(seed, trialNumber);
  const proposals = wantsRandom(request) ? [] : propose(dimensions, request, random);
  const fallbacks = Array.from({ length: 16 }, () => randomPoints(dimensions, random));
  const known = new Set(
    [...observations.map(({ parameters }) => parameters), ...running].map((parameters) =>
      keyOf(dimensions, parameters),
    ),
  );
  const possible = [...proposals, ...fallbacks].map((points) => parametersAt(space, dimensions, points));
  return possible.find((parameters) => !known.has(keyOf(dimensions, parameters))) ?? possible[0] ?? {};
}

/** The finished trial with the best value; of equals the earliest. Null when none has a value. */
export function bestTrial(observations: readonly Observation[], direction: Direction): Observation | null {
  const [best] = ranked(observations, direction);
  return best && isValue(best.value) ? best : null;
}

function wantsRandom({ sampler = 'tpe', observations }: SuggestRequest): boolean {
  return sampler === 'random' || observations.length < startUpTrials;
}

function propose(dimensions: readonly Dimension[], request: SuggestRequest, random: Random): number[][] {
  const order = ranked(request.observations, request.direction ?? 'maximize');
  const points = (parameters: Parameters) => pointsOf(dimensions, parameters) ?? [];
  const valued = order.filter(({ value }) => isValue(value)).length;
  const count = Math.min(25, Math.ceil(order.length / 10), valued);
  const encode = (trials: readonly Parameters[]) =>
    trials.map(points).filter(({ length }) => length === dimensions.length);
  const parameters = order.map((observation) => observation.parameters);
  return proposePoints(
    dimensions,
    encode(parameters.slice(0, count)),
    encode([...parameters.slice(count), ...request.running]),
    random,
  );
}

/** Best first, failed ones last, equals by trial number: the order in which results came in does not matter. */
function ranked(observations: readonly Observation[], direction: Direction): Observation[] {
  const worst = direction === 'maximize' ? -Infinity : Infinity;
  const score = ({ value }: Observation) => (isValue(value) ? value : worst);
  const sign = direction === 'maximize' ? -1 : 1;
  return [...observations].sort((a, b) => {
    const difference = score(a) === score(b) ? 0 : sign * (score(a) - score(b));
    return difference || a.trial - b.trial;
  });
}

function isValue(value: number | null): value is number {
  return value !== null && Number.isFinite(value);
}

function keyOf(dimensions: readonly Dimension[], parameters: Parameters): string {
  return JSON.stringify(dimensions.map(({ name }) => parameters[name]));
}
