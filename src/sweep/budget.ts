import type { Direction } from './direction.ts';

/** What a sweep may use. Only `trials` is always given. */
export interface Budget {
  /** Finished trials; failed ones are not counted. */
  readonly trials: number;
  readonly timeMs?: number | undefined;
  readonly usd?: number | undefined;
  /** A value of the metric that is good enough. */
  readonly target?: number | undefined;
  readonly plateau?: { readonly trials: number; readonly improvement: number } | undefined;
}

/** What became of the trials so far; grows trial by trial, so that it fits into a payload after thousands. */
export interface Tally {
  /** Trials with an end of their own: those ended early by a rule are among them, failed ones are not. */
  readonly finished: number;
  readonly failed: number;
  readonly endedEarly: number;
  /** Trained to its end, with the best value; null: none has a value yet. */
  readonly best: { readonly trial: number; readonly value: number } | null;
  /** The last value that was better by more than the plateau's improvement, and how many trials have finished since. */
  readonly plateau: { readonly value: number | null; readonly since: number };
}

export interface Spent {
  /** Without the time on pause. */
  readonly elapsedMs: number;
  readonly usd: number;
}

/** What of a trial is counted. */
export interface CountedTrial {
  readonly trial: number;
  /** Null: it has none. */
  readonly value: number | null;
  readonly failure?: string | undefined;
  readonly stoppedAt?: number | undefined;
  /** It was counted before, as ended early at this step. */
  readonly resumedFrom?: number | undefined;
}

export type Standing =
  | { readonly kind: 'open' }
  /** No trial starts any more; those that run are waited for (`soft`) or ended (`hard`). */
  | { readonly kind: 'soft' | 'hard'; readonly why: string }
  /** No trial has a value, and more of them would have none. */
  | { readonly kind: 'hopeless'; readonly why: string };

export const emptyTally: Tally = {
  finished: 0,
  failed: 0,
  endedEarly: 0,
  best: null,
  plateau: { value: null, since: 0 },
};

/** The tally with one more trial. A value that is no number counts as none. */
export function tallied(tally: Tally, ended: CountedTrial, direction: Direction, { plateau }: Budget): Tally {
  const before = ended.resumedFrom === undefined ? 0 : 1;
  if (ended.failure !== undefined)
    return {
      ...tally,
      failed: tally.failed + 1,
      finished: tally.finished - before,
      endedEarly: tally.endedEarly - before,
    };
  const value = ended.value !== null && Number.isFinite(ended.value) ? ended.value : null;
  const whole = ended.stoppedAt === undefined;
  const better = value !== null && whole && gain(direction, value, tally.best?.value ?? null) > 0;
  const known = tally.plateau.value;
  const rises =
    value !== null && whole && gain(direction, value, known) > (known === null ? 0 : (plateau?.improvement ?? 0));
  return {
    finished: tally.finished + 1 - before,
    failed: tally.failed,
    endedEarly: tally.endedEarly + (whole ? 0 : 1) - before,
    best: better ? { trial: ended.trial, value } : tally.best,
    plateau: rises ? { value, since: 0 } : { ...tally.plateau, since: tally.plateau.since + 1 - before },
  };
}

/** Whether another trial may start. What is worst for the running trials comes first. */
export function standing(budget: Budget, direction: Direction, tally: Tally, spent: Spent): Standing {
  const { timeMs, usd, target, plateau, trials } = budget;
  if (timeMs !== undefined && spent.elapsedMs >= timeMs) return { kind: 'hard', why: `its time is over` };
  if (usd !== undefined && spent.usd >= usd)
    return { kind: 'hard', why: `${spent.usd.toFixed(2)} of ${usd} USD are spent` };
  const { best, finished, failed } = tally;
  if (finished >= trials) return { kind: 'soft', why: `${finished} trials have finished` };
  if (target !== undefined && best && gain(direction, best.value, target) >= 0)
    return { kind: 'soft', why: `trial ${best.trial} has reached ${target}` };
  if (plateau && best && tally.plateau.since >= plateau.trials)
    return { kind: 'soft', why: `${tally.plateau.since} trials in a row were no better` };
  if (!best && finished + failed - tally.endedEarly >= Math.min(trials, withoutValueAtMost))
    return { kind: 'hopeless', why: `none of the ${finished + failed} trials that ended has a value` };
  if (failed >= failuresAtMost(trials)) return { kind: 'soft', why: `${failed} trials have failed` };
  return { kind: 'open' };
}

/** So many trials without any value tell enough. */
const withoutValueAtMost = 5;

/** A sweep that mostly fails ends; a few failures in a long one are no reason. */
function failuresAtMost(trials: number): number {
  return Math.max(withoutValueAtMost, Math.ceil(trials / 2));
}

/** How much better a value is than another; above 0 when there is no other. */
function gain(direction: Direction, value: number, than: number | null): number {
  if (than === null) return Number.POSITIVE_INFINITY;
  return direction === 'maximize' ? value - than : than - value;
}
