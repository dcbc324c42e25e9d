import { describe, expect, it } from 'vitest';
import { type Budget, type CountedTrial, emptyTally, standing, tallied } from '../../../src/sweep/budget.ts';

const unspent = { elapsedMs: 0, usd: 0 };

/** How a sweep stands after trials with these values; what is not a number is a whole trial. */
function standingAfter(values: readonly (number | null | Partial<CountedTrial>)[], budget: Budget, spent = unspent) {
  const trials = values.map((given, trial): CountedTrial => {
    return typeof given === 'object' && given !== null ? { trial, value: null, ...given } : { trial, value: given };
  });
  const tally = trials.reduce((sum, trial) => tallied(sum, trial, 'maximize', budget), emptyTally);
  return standing(budget, 'maximize', tally, spent);
}

describe('a budget', () => {
  it('is open until so many trials have finished; failed ones are not counted', () => {
    expect(standingAfter([0.1, { failure: 'lost' }, 0.2], { trials: 3 })).toEqual({ kind: 'open' });
    expect(standingAfter([0.1, { failure: 'lost' }, 0.2, 0.3], { trials: 3 })).toMatchObject({ kind: 'soft' });
  });

  it('counts trials that were ended early', () => {
    expect(standingAfter([0.1, { value: 0.05, stoppedAt: 9 }], { trials: 2 })).toMatchObject({ kind: 'soft' });
  });

  it('counts a trial once that waited at rungs and went on, and as whole when it has come to its end', () => {
    const waited = { trial: 0, value: 0.5, stoppedAt: 9 };
    const budget = { trials: 2 };
    const counts = (...trials: readonly CountedTrial[]) =>
      trials.reduce((sum, trial) => tallied(sum, trial, 'maximize', budget), emptyTally);
    const further = { trial: 0, value: 0.6, stoppedAt: 27, resumedFrom: 9 };
    expect(counts(waited, further)).toMatchObject({ finished: 1, endedEarly: 1, best: null, plateau: { since: 1 } });
    const whole = { trial: 0, value: 0.7, resumedFrom: 27 };
    expect(counts(waited, further, whole)).toMatchObject({
      finished: 1,
      endedEarly: 0,
      best: { trial: 0, value: 0.7 },
    });
    const lost = { trial: 0, value: null, failure: 'lost', resumedFrom: 9 };
    expect(counts(waited, lost)).toMatchObject({ finished: 0, endedEarly: 0, failed: 1 });
  });

  it('is over at once when its time or its money is', () => {
    const budget = { trials: 9, timeMs: 1_000, usd: 2 };
    expect(standingAfter([0.1], budget, { elapsedMs: 999, usd: 1.99 })).toEqual({ kind: 'open' });
    expect(standingAfter([0.1], budget, { elapsedMs: 1_000, usd: 0 })).toMatchObject({ kind: 'hard' });
    expect(standingAfter([0.1], budget, { elapsedMs: 0, usd: 2 })).toEqual({
      kind: 'hard',
      why: '2.00 of 2 USD are spent',
    });
  });

  it('is met by a trial that reaches the target, not by one that was ended early', () => {
    expect(standingAfter([{ value: 0.9, stoppedAt: 9 }], { trials: 9, target: 0.8 })).toEqual({ kind: 'open' });
    expect(standingAfter([0.7, 0.8], { trials: 9, target: 0.8 })).toMatchObject({ kind: 'soft' });
  });

  it('ends on a plateau: so many trials in a row that were no better by the improvement', () => {
    const budget = { trials: 99, plateau: { trials: 3, improvement: 0.01 } };
    expect(standingAfter([0.5, 0.505, 0.504], budget)).toEqual({ kind: 'open' });
    expect(standingAfter([0.5, 0.505, 0.504, 0.509], budget)).toMatchObject({ kind: 'soft' });
    expect(standingAfter([0.5, 0.505, 0.52, 0.5, 0.5], budget)).toEqual({ kind: 'open' });
  });

  it('takes the smallest value of a loss', () => {
    const budget = { trials: 9, target: 0.2 };
    const tally = tallied(emptyTally, { trial: 0, value: 0.1 }, 'minimize', budget);
    expect(tallied(tally, { trial: 1, value: 0.3 }, 'minimize', budget).best).toEqual({ trial: 0, value: 0.1 });
    expect(standing(budget, 'minimize', tally, unspent)).toMatchObject({ kind: 'soft' });
  });

  it('is given up after five trials without any value, and when half of all have failed', () => {
    expect(standingAfter([null, Number.NaN, null, null], { trials: 50 })).toEqual({ kind: 'open' });
    expect(standingAfter([null, Number.NaN, null, null, { failure: 'lost' }], { trials: 50 })).toMatchObject({
      kind: 'hopeless',
    });
    const failed = Array.from({ length: 25 }, () => ({ failure: 'lost' }));
    expect(standingAfter([0.1, ...failed.slice(1)], { trials: 50 })).toEqual({ kind: 'open' });
    expect(standingAfter([0.1, ...failed], { trials: 50 })).toEqual({ kind: 'soft', why: '25 trials have failed' });
  });
});
