import type { Direction } from './direction.ts';
import { fittedKernel, type Kernel } from './kernel.ts';
import type { Observation } from './sampler.ts';
import { dimensionsOf, type Parameters, type Point, pointOf, type Space } from './space.ts';

/** What earlier sweeps know, as the next one takes it along: kept with its record, so that its suggestions can be made again. */
export interface Prior {
  readonly trials: readonly PriorTrial[];
  readonly kernel: Kernel;
  /** How much of the metric is one unit of loss: from the best to the middle trial of the newest sweep. */
  readonly unit: number;
}

export interface PriorTrial {
  readonly parameters: Parameters;
  /** 0 for the best of its sweep, 1 for the middle one. */
  readonly loss: number;
  /** So many sweeps before the one that takes it over: from 1 on. */
  readonly age: number;
}

/** A trial of an earlier sweep that fits into the space of now. */
export interface Fitting extends Observation {
  readonly stoppedAt?: number;
}

/** Together, of all sweeps: what a suggestion costs grows with their square. */
const keptAtMost = 100;
/** With fewer there is no middle to speak of. */
const trialsAtLeast = 5;

/**
 * A prior of the trials of earlier sweeps. Values of other data are not comparable, so each counts in units of its own sweep.
 * @param sweeps newest first, each with trials that fit into the space
 * @returns null where no sweep is long enough to learn from
 */
export function priorOf(sweeps: readonly (readonly Fitting[])[], space: Space, direction: Direction): Prior | null {
  const scored = sweeps.flatMap((trials) => scoredSweep(trials, direction) ?? []);
  const [newest] = scored;
  if (!newest) return null;
  const each = Math.floor(keptAtMost / scored.length);
  const trials = scored.flatMap(({ losses }, at) => {
    const age = at + 1;
    return bestAndSpread(losses, each).map(({ parameters, loss }) => ({ parameters, loss, age }));
  });
  const dimensions = dimensionsOf(space);
  const points = trials.map(({ parameters }) => pointOf(dimensions, parameters) as Point);
  const kernel = fittedKernel(
    dimensions,
    points,
    trials.map(({ loss }) => loss),
  );
  return { trials, kernel, unit: newest.unit };
}

/** Beyond the middle a loss counts by its logarithm: terrible trials would make all good ones look the same. */
export function lossIn(unit: number, behind: number): number {
  const loss = behind / unit;
  return loss <= 1 ? loss : 1 + Math.log(loss);
}

interface ScoredSweep {
  readonly unit: number;
  /** Least first. */
  readonly losses: readonly { readonly parameters: Parameters; readonly loss: number }[];
}

function scoredSweep(trials: readonly Fitting[], direction: Direction): ScoredSweep | null {
  const sign = direction === 'maximize' ? -1 : 1;
  const valued = trials.flatMap(({ trial, parameters, value, stoppedAt }) =>
    value !== null && Number.isFinite(value)
      ? [{ trial, parameters, raw: sign * value, early: stoppedAt !== undefined }]
      : [],
  );
  const whole = valued.filter(({ early }) => !early);
  const best = Math.min(...whole.map(({ raw }) => raw));
  const middle = valued.map(({ raw }) => raw).sort((a, b) => a - b)[valued.length >> 1] ?? best;
  const unit = middle - best;
  if (valued.length < trialsAtLeast || !(unit > 0)) return null;
  const losses = valued
    .map(({ trial, parameters, raw, early }) => {
      const loss = lossIn(unit, raw - best);
      // It was ended as it fell behind: at its end it would not have been among the better half.
      return { trial, parameters, loss: early ? Math.max(1, loss) : loss };
    })
    .sort((a, b) => a.loss - b.loss || a.trial - b.trial);
  return { unit, losses };
}

/** Half of them the best, the others evenly from the rest. */
function bestAndSpread<T>(sorted: readonly T[], atMost: number): readonly T[] {
  if (sorted.length <= atMost) return sorted;
  const good = Math.ceil(atMost / 2);
  const others = atMost - good;
  const rest = sorted.slice(good);
  const spread = Array.from({ length: others }, (_, at) => rest[Math.floor((at * rest.length) / others)] as T);
  return [...sorted.slice(0, good), ...spread];
}
