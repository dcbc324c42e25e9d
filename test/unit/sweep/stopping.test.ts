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
