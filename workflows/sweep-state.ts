import { emptyTally, tallied } from '../src/sweep/budget.ts';
import { directionOf } from '../src/sweep/direction.ts';
import type { TrialRecord } from '../src/sweep/record.ts';
import type { Asha } from '../src/sweep/rungs.ts';
import type { StoppingRule } from '../src/sweep/stopping.ts';
import type { SweepInput, SweepState, Trial } from './sweep-shapes.ts';

/** What an execution adds to these, and the rungs beside them, stay within the 64 KiB that one payload of ours may have. */
export const carriedBytesAtMost = 20 * 1_024;

/** Null: every trial is trained to its end. A sweep that began before there was early stopping has none. */
export function ruleOf({ sweep: { earlyStopping = 'none' } }: SweepInput): StoppingRule | null {
  return earlyStopping === 'none' ? null : earlyStopping;
}

/** Whether trials wait at their rungs. */
export function promotesOf(rule: StoppingRule | null): Asha | null {
  return rule && 'eta' in rule && rule.promote ? rule : null;
}

/** Of a sweep that begins, or that began before it could be steered. */
export function freshState(input: SweepInput, startedAtMs: number): SweepState {
  const { trials = [], rungs = [], sweep, metric } = input;
  const { trials: planned, parallel } = sweep;
  const direction = directionOf(metric);
  const tally = trials.reduce((sum, trial) => tallied(sum, trial, direction, { trials: planned }), emptyTally);
  const best = trials.find(({ trial }) => trial === tally.best?.trial);
  return {
    next: trials.length,
    tally,
    tail: trials.map(recordOf),
    parts: [],
    inParts: 0,
    best: best?.result ?? null,
    bestParameters: best?.parameters ?? null,
    ...{ planned, parallel, paused: false, pausedMs: 0 },
    startedAtMs,
    usd: 0,
    warm: input.warmStart && sweep.warmStart !== false ? [input.warmStart] : [],
    rungs,
  };
}

function recordOf({ result, ...trial }: Trial): TrialRecord {
  return { ...trial, knew: 0, beside: [], ...(result ? { seconds: result.seconds } : {}) };
}
