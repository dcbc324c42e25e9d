import type { Interval } from '../evaluation/report.ts';
import type { RolloutGate } from '../plan/schema.ts';
import type { Counted } from './counted.ts';
import { eValueAbove, eValueBelow, type LogEvidence, ratioInterval } from './e-process.ts';
import { minimumValues, type Shift, shiftAbove, shiftBelow, shiftInterval } from './mean-shift.ts';
import { rateBelow } from './rate-bound.ts';
import type { RolloutGateResult } from './report.ts';

/** What one gate sees, before its verdict. */
export interface Measure {
  readonly stable: number | null;
  readonly canary: number | null;
  readonly eValue: number;
  readonly interval: Interval | null;
  /** Observations of the canary that the gate rests on, and how many it needs before it may pass. */
  readonly n: number;
  readonly needed: number;
  /** Observations of an earlier phase that the proof rests on as well. */
  readonly seenBefore?: number;
  readonly proof: RolloutGateResult['proof'];
}

/** How a gate is to be measured. */
export interface Measuring {
  readonly gate: RolloutGate;
  /** E-value at which it decides. */
  readonly threshold: number;
  readonly minimumRequests: number;
  /** Leaves the intervals out, which cost more than all the rest: for simulations. */
  readonly quick?: boolean;
}

type Evidence = Pick<Measure, 'eValue' | 'interval' | 'proof'>;

/** Labels come late: a gate on them does not have to wait for more than this. */
export const enoughLabels = 50;

/** Being wrong about a proof lets one bad version through a gate, so no two gates have to share this: all must be proven (1 / 5 %). */
const proofThreshold = 20;

/** Below this share of the requests, what is rare counts as proven harmless whatever its ratio: no events have no ratio. */
const negligible = 0.05;

/** How much worse must be ruled out; null where nothing has to be. */
export function ruledOut({ provenWithin, worseBy }: RolloutGate): number | null {
  return provenWithin === undefined ? Math.max(1, worseBy) : provenWithin;
}

/** Of events counted on both versions. `events` of `of` are those of the canary, for what is too rare to have a ratio. */
export function countedEvidence(
  { gate, threshold, quick }: Measuring,
  { bets, twoSided, labelled }: Counted,
  evidence: LogEvidence,
  canary: { readonly events: number; readonly of: number },
): Evidence {
  const [above, within] = [1 + gate.worseBy, ruledOut(gate)];
  const below = (ratio: number): number => eValueBelow(evidence, ratio, bets);
  const harm = eValueAbove(evidence, above, bets);
  const proven = (most: number): number => {
    if (twoSided) return Math.min(below(most), eValueAbove(evidence, 1 / most, bets));
    if (labelled) return below(most);
    return (below(most) + rateBelow(canary.events, canary.of, negligible)) / 2;
  };
  return {
    // Half of the bet on "more often", half on "less often": tolerated are ratios from 1 / (1 + w) to 1 + w.
    eValue: twoSided ? (harm + below(1 / above)) / 2 : harm,
    interval: quick ? null : ratioInterval(evidence, twoSided ? 2 * threshold : threshold, bets),
    proof: within === null ? null : { eValue: proven(1 + within), threshold: proofThreshold, below: 1 + within },
  };
}

/** Of a ratio of means, as the difference of logarithms. */
export function ratioEvidence({ gate, threshold, quick }: Measuring, shift: Shift | null, n: number): Evidence {
  const [margin, within] = [Math.log1p(gate.worseBy), ruledOut(gate)];
  const usable = shift !== null && n >= minimumValues ? shift : null;
  const interval = quick ? null : usable && shiftInterval(usable, margin, threshold);
  return {
    eValue: usable ? shiftAbove(usable, margin) : 1,
    interval: interval && {
      ...interval,
      low: Math.exp(interval.low),
      high: Math.exp(Math.min(690, interval.high)),
    },
    proof: proofOf(within, 1, (most) => (usable ? shiftBelow(usable, Math.log1p(most)) : 1)),
  };
}

/** Of a difference of means in standard deviations, either way. */
export function shiftEvidence({ gate, threshold, quick }: Measuring, shift: Shift | null, n: number): Evidence {
  const within = ruledOut(gate);
  const usable = shift !== null && n >= minimumValues ? shift : null;
  const bothWays = (test: (of: Shift) => number): readonly [number, number] =>
    usable ? [test(usable), test({ ...usable, difference: -usable.difference })] : [1, 1];
  const [up, down] = bothWays((of) => shiftAbove(of, gate.worseBy));
  return {
    eValue: (up + down) / 2,
    interval: quick ? null : usable && shiftInterval(usable, gate.worseBy, 2 * threshold),
    proof: proofOf(within, 0, (most) => Math.min(...bothWays((of) => shiftBelow(of, most)))),
  };
}

function proofOf(within: number | null, offset: number, proven: (most: number) => number): Measure['proof'] {
  return within === null ? null : { eValue: proven(within), threshold: proofThreshold, below: offset + within };
}
