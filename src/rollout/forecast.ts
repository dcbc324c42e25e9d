import { seededRandom } from '../evaluation/random.ts';
import { durationMs } from '../plan/duration.ts';
import type { RolloutGate, RolloutStage } from '../plan/schema.ts';
import { gateName } from './gate-name.ts';
import { type Expected, harmed } from './harm.ts';
import { type Played, playRollout } from './play-rollout.ts';

/** What is asked of the rollouts that are simulated. */
export interface ForecastInput {
  readonly spec: RolloutStage;
  readonly expected: Expected;
  /** Simulated rollouts of a version as good as the champion; half as many of each harm. */
  readonly rollouts: number;
  readonly seed: number;
}

export interface Forecast {
  /** Of rollouts of a version that is as good as the champion. */
  readonly healthy: {
    readonly promoted: number;
    readonly rolledBack: number;
    /** Time was over before everything was proven: rolled back or asked, as the file says. */
    readonly unproven: number;
    /** Until the promotion, or the end without one: the middle and the slow tenth. */
    readonly medianMs: number;
    readonly slowMs: number;
  };
  readonly gates: readonly GateForecast[];
}

export interface GateForecast {
  readonly name: string;
  readonly metric: RolloutGate['metric'];
  /** Smallest harm of those tried that is found in nine of ten rollouts before the promotion; null: none of them. */
  readonly finds: Found | null;
  /** Every harm that was tried, from small to large. */
  readonly harms: readonly Found[];
}

export interface Found {
  /** 1.2: a rate 20 % higher, answers 20 % slower; for a score 0.2 standard deviations. */
  readonly factor: number;
  /** Share of the rollouts that were rolled back. */
  readonly share: number;
  /** Median time to the roll-back, of those; null where there was none. */
  readonly medianMs: number | null;
  /** Requests that the harmed version had answered by then, in the median. */
  readonly answered: number | null;
}

const factors = [1.05, 1.1, 1.2, 1.5, 2, 5, 20] as const;
const often = 0.9;

/**
 * Plays the rollout through before it starts, with its own judge on simulated traffic: how long it will take, and what it could find. The same
 * seed gives the same answer.
 */
export function forecast({ spec, expected, rollouts, seed }: ForecastInput): Forecast {
  const random = seededRandom(seed);
  const play = (change: Parameters<typeof playRollout>[0]['candidate']): Played =>
    playRollout({ random, spec, expected, candidate: change });
  const healthy = Array.from({ length: rollouts }, () => play(expected.behaviour));
  const gates = spec.gates.map((gate): GateForecast => {
    const harms = factors.map((factor): Found => {
      const played = Array.from({ length: Math.ceil(rollouts / 2) }, () =>
        play(harmed(expected.behaviour, gate.metric, factor)),
      );
      return found(factor, played);
    });
    return {
      name: gateName(gate),
      metric: gate.metric,
      harms,
      finds: harms.find(({ share }) => share >= often) ?? null,
    };
  });
  const times = healthy.map(({ ms }) => ms).sort((a, b) => a - b);
  const ending = (end: Played['end']): number => healthy.filter((each) => each.end === end).length / healthy.length;
  return {
    healthy: {
      ...{ promoted: ending('promoted'), rolledBack: ending('rolled-back'), unproven: ending('unproven') },
      ...{ medianMs: at(times, 0.5), slowMs: at(times, 0.9) },
    },
    gates,
  };
}

/** The time that the file asks for at least. */
export function plannedMs({ shadow, steps }: RolloutStage): number {
  return (
    durationMs(shadow) + steps.filter(({ weight }) => weight < 1).reduce((sum, step) => sum + durationMs(step.for), 0)
  );
}

function found(factor: number, played: readonly Played[]): Found {
  const back = played.filter(({ end }) => end === 'rolled-back');
  const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
  return {
    factor,
    share: back.length / played.length,
    medianMs: back.length === 0 ? null : at(sorted(back.map(({ ms }) => ms)), 0.5),
    answered: back.length === 0 ? null : at(sorted(back.map(({ answered }) => answered)), 0.5),
  };
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
