import { describe, expect, it } from 'vitest';
import type { RungReport } from '../../../src/sweep/rungs.ts';
import { checkedSteps, mayGoOn, type StoppingRule } from '../../../src/sweep/stopping.ts';

/** Reports of trials at steps 10, 20, …, a row for each trial. */
const curves = (...rows: readonly (readonly number[])[]): RungReport[] =>
  rows.flatMap((values, trial) => values.map((value, index) => ({ trial, step: 10 * (index + 1), value })));

/** Whether the last trial of the rows goes on after its last report. */
function lastGoesOn(rule: StoppingRule, ...rows: readonly (readonly number[])[]): boolean {
  const reports = curves(...rows);
  return mayGoOn(rule, 'maximize', reports, reports.at(-1) as RungReport);
}

describe('steps at which a trial is looked at', () => {
  it('are evenly spaced for median and patience, and never the last', () => {
    const rule = { median: { every: 0.25, trials: 5 } };
    expect(checkedSteps(rule, 100)).toEqual([25, 50, 75]);
    expect(checkedSteps(rule, 10)).toEqual([3, 6, 9]);
    expect(checkedSteps(rule, 1)).toEqual([]);
  });
});

describe('the median rule', () => {
  const rule = { median: { every: 0.1, trials: 3 } };
  const others = [
    [0.5, 0.7],
    [0.6, 0.8],
    [0.1, 0.3],
  ];

  it('ends a trial whose best value is below the median of the averages of others', () => {
    expect(lastGoesOn(rule, ...others, [0.1, 0.59])).toBe(false);
    expect(lastGoesOn(rule, ...others, [0.1, 0.61])).toBe(true);
    expect(lastGoesOn(rule, ...others, [0.61, 0.1])).toBe(true);
  });

  it('decides nothing before enough others have come so far', () => {
    expect(lastGoesOn(rule, [0.5, 0.7], [0.6, 0.8], [0.1], [0.1, 0.1])).toBe(true);
  });

  it('ends a trial without a value', () => {
    expect(lastGoesOn(rule, [Number.NaN])).toBe(false);
  });
});

describe('the paired rule', () => {
  const rule = { paired: { every: 0.5 } };
  const report = (trial: number, folds: readonly number[]): RungReport => {
    return { trial, step: 50, value: folds.reduce((sum, each) => sum + each, 0) / folds.length, folds };
  };
  const leader = report(0, [0.7, 0.6, 0.8, 0.65]);
  const goesOn = (folds: readonly number[], others = [leader], direction: 'maximize' | 'minimize' = 'maximize') =>
    mayGoOn(rule, direction, [...others, report(9, folds)], report(9, folds));

  it('ends a trial that is a little worse in every fold, though folds differ much more than that', () => {
    expect(goesOn([0.69, 0.592, 0.791, 0.641])).toBe(false);
    expect(goesOn([0.69, 0.592, 0.791, 0.641], [leader], 'minimize')).toBe(true);
  });

  it('keeps one that is worse in some folds and better in others', () => {
    expect(goesOn([0.65, 0.62, 0.74, 0.66])).toBe(true);
  });

  it('compares with the best at the same step, and with nobody where that has no such folds', () => {
    expect(goesOn([0.69, 0.592, 0.791, 0.641], [{ ...leader, step: 100 }])).toBe(true);
    expect(goesOn([0.69, 0.592, 0.791, 0.641], [leader, { trial: 1, step: 50, value: 0.9 }])).toBe(true);
    expect(goesOn([0.1, 0.2], [report(0, [0.7, 0.6])])).toBe(true);
  });

  it('ends equal ones never, and those that are worse by the same in every fold always', () => {
    expect(goesOn([0.7, 0.6, 0.8, 0.65])).toBe(true);
    expect(goesOn([0.5, 0.4, 0.6, 0.45])).toBe(false);
  });
});

describe('patience', () => {
  const rule = { patience: { every: 0.1, checks: 2, improvement: 0.01 } };

  it('ends a trial that has stood still for so many looks', () => {
    expect(lastGoesOn(rule, [0.9, 0.9, 0.9], [0.5, 0.505])).toBe(true);
    expect(lastGoesOn(rule, [0.9, 0.9, 0.9], [0.5, 0.505, 0.509])).toBe(false);
    expect(lastGoesOn(rule, [0.9, 0.9, 0.9], [0.5, 0.505, 0.52])).toBe(true);
  });

  it('keeps the one that leads, though it stands still: it may be the winner', () => {
    expect(lastGoesOn(rule, [0.4, 0.4, 0.4], [0.5, 0.5, 0.5])).toBe(true);
    expect(lastGoesOn(rule, [0.5, 0.5, 0.5])).toBe(true);
  });
});
