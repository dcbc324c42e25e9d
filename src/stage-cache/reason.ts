import type { StageKind } from '../plan/schema.ts';
import { differences, sayDifferences } from './difference.ts';
import type { Ingredients } from './ingredients.ts';

/** Whether a stage was taken from the cache, and why, for people. */
export interface CacheNote {
  readonly taken: boolean;
  readonly why: string;
  /** The run that has made what was taken. */
  readonly from?: string;
  /** Seconds of work that were not done again. */
  readonly savedSeconds?: number;
}

/** Why a stage of another kind than `train` is never taken from the cache. */
export const neverTaken: Readonly<Record<Exclude<StageKind, 'train'>, string>> = {
  snapshot: 'only the source can tell whether its rows have changed; rows that have not keep their id',
  command: 'a program of yours may do more than its answer tells',
  activity: 'an activity of yours may do more than its answer tells',
  evaluate: 'what is judged, and against which champion, differs from run to run',
  approve: 'a person decides on each version anew',
  rollout: 'traffic decides on each version anew',
};

/** Why a training was done although trainings of its stage are kept. */
export function whyTrained(
  now: Ingredients,
  last: { readonly run: string; readonly ingredients: Ingredients } | null,
): string {
  if (last === null) return 'nothing of this stage is kept yet';
  const found = differences(last.ingredients, now);
  if (found.length === 0) return `what ${last.run} had made of the same is gone`;
  return `since ${last.run}: ${sayDifferences(found)}`;
}

export function takenFrom(run: string, madeAt: string, seconds: number): CacheNote {
  const day = madeAt.slice(0, 16).replace('T', ' ');
  return {
    taken: true,
    why: `${run} made it on ${day} UTC of the same rows, code, packages, parameters and seed`,
    from: run,
    savedSeconds: seconds,
  };
}
