import type { SweepRecord } from './record.ts';
import { type Dimension, dimensionsOf, pointOf } from './space.ts';

export interface Importance {
  readonly parameter: string;
  /** Of the order of the trials, how much goes with this parameter alone: 0 nothing, 1 all of it. */
  readonly share: number;
}

/** A trial's place in one dimension, and its rank among all by value. */
interface Ranked {
  readonly place: number;
  readonly rank: number;
}

const groupsAtMost = 6;
/** Among fewer trials there is no telling. */
const trialsAtLeast = 10;

/**
 * How much of the order of trials each parameter explains: the variance of their ranks between groups of like values, less what chance
 * alone would give (epsilon squared of Kelley 1935). Ranks, because a few terrible trials would drown all others; groups of equally
 * many trials, because a sampler looks at good values more often. Trials that were ended early count with the value that they had.
 * @returns most important first; empty for fewer than ten trials with a value
 */
export function importances({ space, trials, direction }: SweepRecord): Importance[] {
  const dimensions = dimensionsOf(space);
  const sign = direction === 'maximize' ? -1 : 1;
  const points = trials
    .filter(({ value }) => value !== null)
    .sort((a, b) => sign * ((a.value ?? 0) - (b.value ?? 0)) || a.trial - b.trial)
    .map(({ parameters }) => pointOf(dimensions, parameters));
  if (points.length < trialsAtLeast) return [];
  return dimensions
    .map((dimension, at) => {
      const places = points.map((point, rank) => ({ place: point?.[at] ?? Number.NaN, rank }));
      const having = places.filter(({ place }) => !Number.isNaN(place));
      // A parameter that few trials have cannot matter for the others.
      return { parameter: dimension.name, share: (explained(dimension, having) * having.length) / points.length };
    })
    .sort((a, b) => b.share - a.share);
}

function explained(dimension: Dimension, trials: readonly Ranked[]): number {
  const groups = groupsOf(dimension, trials);
  const total = spreadOf(trials);
  const within = groups.reduce((sum, group) => sum + spreadOf(group), 0);
  const free = trials.length - groups.length;
  if (total === 0 || free <= 0 || groups.length < 2) return 0;
  return Math.max(0, 1 - (within / total) * ((trials.length - 1) / free));
}

/** Sum of squares around the mean rank. */
function spreadOf(trials: readonly Ranked[]): number {
  const mean = trials.reduce((sum, { rank }) => sum + rank, 0) / Math.max(1, trials.length);
  return trials.reduce((sum, { rank }) => sum + (rank - mean) ** 2, 0);
}

/** A group for each choice; of numbers about equally many in each, the same numbers never apart. */
function groupsOf({ kind }: Dimension, trials: readonly Ranked[]): Ranked[][] {
  const groups = new Map<number, Ranked[]>();
  const ordered = [...trials].sort((a, b) => a.place - b.place);
  const size = ordered.length / groupsAtMost;
  let group = -1;
  for (const [at, trial] of ordered.entries()) {
    const isNew = trial.place !== ordered[at - 1]?.place;
    if (isNew) group = kind === 'choice' ? trial.place : Math.floor(at / size);
    groups.set(group, [...(groups.get(group) ?? []), trial]);
  }
  return [...groups.values()];
}
