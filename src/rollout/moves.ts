import type { Verdict } from '../evaluation/report.ts';
import { durationMs } from '../plan/duration.ts';
import type { RolloutStage } from '../plan/schema.ts';

/** Where a rollout stands. `promoted` and `rolled-back` are the ends. */
export type RolloutState =
  | { readonly phase: 'shadow'; readonly paused: boolean }
  | { readonly phase: 'canary'; readonly step: number; readonly paused: boolean }
  | { readonly phase: 'promoted' | 'rolled-back'; readonly reason: string };

export type RolloutEvent =
  /** `elapsedMs` since the phase or step began, without pauses. */
  | { readonly kind: 'look'; readonly verdict: Verdict; readonly elapsedMs: number; readonly reason?: string }
  /** A gateway dropped the canary by itself. */
  | { readonly kind: 'halted'; readonly reason: string }
  | { readonly kind: 'aborted' | 'promoted-by-person'; readonly by: string; readonly reason: string }
  | { readonly kind: 'paused' | 'resumed' }
  | { readonly kind: 'extension-used-up' };

export type RolloutSteps = Pick<RolloutStage, 'shadow' | 'steps' | 'extendAtMost'>;

/** The first state of a rollout: its shadow phase, else its first canary step, else (the only step is everything at once) promoted. */
export function firstState(stage: RolloutSteps): RolloutState {
  return durationMs(stage.shadow) > 0 ? { phase: 'shadow', paused: false } : enterStep(stage, 0);
}

/** Share of the traffic that the new version answers. */
export function weightOf(state: RolloutState, { steps }: RolloutSteps): number {
  if (state.phase === 'promoted') return 1;
  return state.phase === 'canary' ? (steps[state.step]?.weight ?? 1) : 0;
}

/**
 * What an event makes of a rollout; the same state object when nothing changes. Harm rolls back at once, even while paused; a pass moves on
 * only when the step's time is over; without evidence the step is extended, and rolled back when the extension is used up. Ends are final.
 */
export function nextMove(state: RolloutState, event: RolloutEvent, stage: RolloutSteps): RolloutState {
  if ('reason' in state) return state;
  switch (event.kind) {
    case 'halted':
      return rolledBack(`a gateway halted it: ${event.reason}`);
    case 'aborted':
      return rolledBack(`aborted by ${event.by}: ${event.reason}`);
    case 'promoted-by-person':
      return { phase: 'promoted', reason: `promoted by ${event.by}: ${event.reason}` };
    case 'paused':
      return state.paused ? state : { ...state, paused: true };
    case 'resumed':
      return state.paused ? { ...state, paused: false } : state;
    case 'extension-used-up':
      return rolledBack(`still inconclusive after ${stage.extendAtMost} of extension`);
    case 'look':
      return afterLook(state, event, stage);
  }
}

type OpenState = Extract<RolloutState, { readonly paused: boolean }>;

function afterLook(
  state: OpenState,
  { verdict, elapsedMs, reason }: Extract<RolloutEvent, { readonly kind: 'look' }>,
  stage: RolloutSteps,
): RolloutState {
  if (verdict === 'fail') return rolledBack(reason ?? 'a gate failed');
  if (state.paused) return state;
  const planned = durationMs(state.phase === 'shadow' ? stage.shadow : (stage.steps[state.step]?.for ?? '0s'));
  if (elapsedMs < planned) return state;
  if (verdict === 'pass') return enterStep(stage, state.phase === 'shadow' ? 0 : state.step + 1);
  if (elapsedMs < planned + durationMs(stage.extendAtMost)) return state;
  return nextMove(state, { kind: 'extension-used-up' }, stage);
}

/** A last step with all of the traffic and no time of its own is the promotion itself. */
function enterStep({ steps }: RolloutSteps, step: number): RolloutState {
  const next = steps[step];
  if (next === undefined || (step === steps.length - 1 && next.weight === 1 && durationMs(next.for) === 0))
    return { phase: 'promoted', reason: 'no gate was violated' };
  return { phase: 'canary', step, paused: false };
}

function rolledBack(reason: string): RolloutState {
  return { phase: 'rolled-back', reason };
}
