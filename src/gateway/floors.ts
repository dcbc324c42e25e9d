/** How one request (or its process: crash) ended for a challenger. */
export type ChallengerOutcome = 'ok' | 'error' | 'timeout' | 'bad-score' | 'out-of-range' | 'crash';

/** Points at which a gateway drops a challenger by itself, without asking anyone. */
export interface FloorLimits {
  /** Failures of any kind in a row. */
  readonly consecutiveFailures: number;
  readonly consecutiveTimeouts: number;
  /** Answers that are not finite or outside [0,1], in a row. */
  readonly consecutiveBadScores: number;
  /** Share of impossible and far-off answers among the last requests, from `fromRequests` of them on. */
  readonly oddShare: number;
  readonly fromRequests: number;
  /** Over the whole rollout. */
  readonly crashes: number;
}

export interface FloorState {
  readonly failures: number;
  readonly timeouts: number;
  readonly badScores: number;
  readonly crashes: number;
  /** Of the last requests, older ones fading: those that were seen, and those whose answers were impossible or far off. */
  readonly seen: number;
  readonly odd: number;
}

export const defaultFloors: FloorLimits = {
  consecutiveFailures: 10,
  consecutiveTimeouts: 5,
  consecutiveBadScores: 3,
  oddShare: 0.05,
  fromRequests: 100,
  crashes: 3,
};

export const untouched: FloorState = { failures: 0, timeouts: 0, badScores: 0, crashes: 0, seen: 0, odd: 0 };

/** From this many on, what was seen is halved, so that the share is that of the last requests. */
const remembered = 1_000;

/** The next state; the challenger is to be dropped when `tripped` says why. */
export function afterOutcome(
  state: FloorState,
  outcome: ChallengerOutcome,
  limits: FloorLimits,
): { readonly state: FloorState; readonly tripped: string | null } {
  const next = advance(state, outcome);
  return { state: next, tripped: reason(next, limits) };
}

function advance(state: FloorState, outcome: ChallengerOutcome): FloorState {
  if (outcome === 'crash') return { ...state, crashes: state.crashes + 1 };
  const faded = state.seen >= remembered ? 0.5 : 1;
  const seen = state.seen * faded + 1;
  const odd = state.odd * faded + (outcome === 'bad-score' || outcome === 'out-of-range' ? 1 : 0);
  const { crashes } = state;
  if (outcome === 'ok' || outcome === 'out-of-range')
    return { failures: 0, timeouts: 0, badScores: 0, crashes, seen, odd };
  return {
    failures: state.failures + 1,
    timeouts: outcome === 'timeout' ? state.timeouts + 1 : 0,
    badScores: outcome === 'bad-score' ? state.badScores + 1 : 0,
    crashes,
    seen,
    odd,
  };
}

function reason(state: FloorState, limits: FloorLimits): string | null {
  if (state.crashes >= limits.crashes) return `its process crashed ${state.crashes} times`;
  if (state.badScores >= limits.consecutiveBadScores) return `${state.badScores} impossible scores in a row`;
  if (state.timeouts >= limits.consecutiveTimeouts) return `${state.timeouts} timeouts in a row`;
  if (state.failures >= limits.consecutiveFailures) return `${state.failures} failures in a row`;
  if (state.seen >= limits.fromRequests && state.odd > limits.oddShare * state.seen) {
    const share = ((100 * state.odd) / state.seen).toFixed(0);
    return `${share} % of its last ${Math.round(state.seen)} answers were impossible, or far from all that the champion answers`;
  }
  return null;
}

/** What the champion of a regression has answered so far in this process. */
export interface AnswerRange {
  readonly count: number;
  readonly low: number;
  readonly high: number;
}

export const noAnswers: AnswerRange = { count: 0, low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY };

/** Answers before a range says anything. */
const enoughAnswers = 500;

export function widen(range: AnswerRange, value: number): AnswerRange {
  const { count, low, high } = range;
  if (count >= enoughAnswers && value >= low && value <= high) return range;
  return { count: count + 1, low: Math.min(low, value), high: Math.max(high, value) };
}

/** Whether a value lies further outside the champion's range than the range is wide. */
export function isFarOff({ count, low, high }: AnswerRange, value: number): boolean {
  const span = high - low;
  return count >= enoughAnswers && (value < low - span || value > high + span);
}
