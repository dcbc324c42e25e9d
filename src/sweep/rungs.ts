import type { Direction } from './direction.ts';

/** How far one trial has come: the metric after so many steps of its trainer (rounds, epochs). */
export interface RungReport {
  readonly trial: number;
  readonly step: number;
  readonly value: number;
  /** Of each fold of a cross-validation, whose mean `value` is; folds are the same rows for every trial. */
  readonly folds?: readonly number[] | undefined;
}

export interface Asha {
  /** One in `eta` goes on from a rung to the next, which is `eta` times as high. */
  readonly eta: number;
  /** The first rung, as a share of all steps. Too low a rung loses the winner: values after a few steps hardly tell the final order. */
  readonly firstRung: number;
  /**
   * Every trial waits at its rung, its machine free, and goes on from its checkpoint once it is among the best there; otherwise a trial
   * goes on at once unless it is seen to have fallen behind.
   */
  readonly promote?: boolean | undefined;
}

/** After 1/25 of all steps the order of trials is worth something: with 1/81 half of all searches lost the best one (flights table). */
export const defaultAsha: Asha = { eta: 4, firstRung: 0.04 };

/** Ascending steps at which trials are compared; the last step is none of them. */
export function rungsOf({ eta, firstRung }: Asha, steps: number): number[] {
  const rungs: number[] = [];
  for (let share = firstRung; share < 1; share *= eta) {
    const step = Math.ceil(share * steps - 1e-9);
    if (step > (rungs.at(-1) ?? 0) && step < steps) rungs.push(step);
  }
  return rungs;
}

/**
 * Asynchronous successive halving, stopping variant (Li et al. 2020, arXiv 1810.05934): at its rung a trial goes on when it is among the
 * best 1/eta of all that have reached the rung, itself included. Nobody waits for anybody; fewer than `eta` trials decide nothing.
 * @param reports of this rung, in any order, with the trial's own
 */
export function goesOn({ eta }: Asha, direction: Direction, reports: readonly RungReport[], trial: number): boolean {
  if (reports.length < eta) return true;
  const order = ranked(reports, direction);
  const kept = Math.ceil(order.length / eta);
  return order.slice(0, kept).some((report) => report.trial === trial);
}

/** A trial that waits at a rung for its turn. */
export type WaitingTrial = Pick<RungReport, 'trial' | 'step'>;

/**
 * Asynchronous successive halving, promotion variant (Li et al. 2020): who goes on next. At each rung, the highest first, the best 1/eta of
 * all that came to it may go on, also those that went on already; the best of them that still waits is next.
 * @param reports of all rungs, in any order
 * @returns null: nobody may, and a new trial is worth more
 */
export function promoted(
  { eta }: Asha,
  direction: Direction,
  reports: readonly RungReport[],
  waiting: readonly WaitingTrial[],
): WaitingTrial | null {
  const steps = [...new Set(waiting.map(({ step }) => step))].sort((a, b) => b - a);
  for (const step of steps) {
    const here = reports.filter((report) => report.step === step && Number.isFinite(report.value));
    const top = ranked(here, direction).slice(0, Math.floor(here.length / eta));
    const next = top.find(({ trial }) => waiting.some((each) => each.trial === trial && each.step === step));
    if (next) return { trial: next.trial, step };
  }
  return null;
}

/** Of those that wait at the highest rung the best: of few trials none would ever come to its end. Null when none waits. */
export function leaderOf(
  direction: Direction,
  reports: readonly RungReport[],
  waiting: readonly WaitingTrial[],
): WaitingTrial | null {
  const top = Math.max(...waiting.map(({ step }) => step));
  const here = reports.filter(
    ({ trial, step, value }) => step === top && Number.isFinite(value) && waiting.some((each) => each.trial === trial),
  );
  const [leader] = ranked(here, direction);
  return leader ? { trial: leader.trial, step: leader.step } : null;
}

/** Best first; what is no number is worst; equals by trial number, so that the order of arrival does not matter. */
function ranked(reports: readonly RungReport[], direction: Direction): RungReport[] {
  const sign = direction === 'maximize' ? -1 : 1;
  const score = ({ value }: RungReport) => (Number.isFinite(value) ? sign * value : Number.POSITIVE_INFINITY);
  return [...reports].sort((a, b) => {
    const [x, y] = [score(a), score(b)];
    return x === y ? a.trial - b.trial : x - y;
  });
}
