import type { Direction } from './direction.ts';

/** How far one trial has come: the metric after so many steps of its trainer (rounds, epochs). */
export interface RungReport {
  readonly trial: number;
  readonly step: number;
  readonly value: number;
}

export interface Asha {
  /** One in `eta` goes on from a rung to the next, which is `eta` times as high. */
  readonly eta: number;
  /** The first rung, as a share of all steps. Too low a rung loses the winner: values after a few steps hardly tell the final order. */
  readonly firstRung: number;
}

/** After 1/27 of all steps the order of trials is worth something: with 1/81 half of all searches lost the best one (flights table). */
export const defaultAsha: Asha = { eta: 3, firstRung: 1 / 27 };

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

/** Best first; what is no number is worst; equals by trial number, so that the order of arrival does not matter. */
function ranked(reports: readonly RungReport[], direction: Direction): RungReport[] {
  const sign = direction === 'maximize' ? -1 : 1;
  const score = ({ value }: RungReport) => (Number.isFinite(value) ? sign * value : Number.POSITIVE_INFINITY);
  return [...reports].sort((a, b) => {
    const [x, y] = [score(a), score(b)];
    return x === y ? a.trial - b.trial : x - y;
  });
}
