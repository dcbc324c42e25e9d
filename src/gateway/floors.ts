/** How one request (or its process: crash) ended for a challenger. */
export type ChallengerOutcome = 'ok' | 'error' | 'timeout' | 'bad-score' | 'crash';

/** Points at which a gateway drops a challenger by itself, without asking anyone. */
export interface FloorLimits {
  /** Failures of any kind in a row. */
  readonly consecutiveFailures: number;
  readonly consecutiveTimeouts: number;
  /** Answers that are not finite or outside [0,1], in a row. */
  readonly consecutiveBadScores: number;
  /** Over the whole rollout. */
  readonly crashes: number;
}

export interface FloorState {
  readonly failures: number;
  readonly timeouts: number;
  readonly badScores: number;
  readonly crashes: number;
}

export const defaultFloors: FloorLimits = {
  consecutiveFailures: 10,
  consecutiveTimeouts: 5,
  consecutiveBadScores: 3,
  crashes: 3,
};

export const untouched: FloorState = { failures: 0, timeouts: 0, badScores: 0, crashes: 0 };

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
  if (outcome === 'ok') return state.failures === 0 ? state : { ...untouched, crashes: state.crashes };
  if (outcome === 'crash') return { ...state, crashes: state.crashes + 1 };
  return {
    failures: state.failures + 1,
    timeouts: outcome === 'timeout' ? state.timeouts + 1 : 0,
    badScores: outcome === 'bad-score' ? state.badScores + 1 : 0,
    crashes: state.crashes,
  };
}

function reason(state: FloorState, limits: FloorLimits): string | null {
  if (state.crashes >= limits.crashes) return `its process crashed ${state.crashes} times`;
  if (state.badScores >= limits.consecutiveBadScores) return `${state.badScores} impossible scores in a row`;
  if (state.timeouts >= limits.consecutiveTimeouts) return `${state.timeouts} timeouts in a row`;
  if (state.failures >= limits.consecutiveFailures) return `${state.failures} failures in a row`;
  return null;
}
