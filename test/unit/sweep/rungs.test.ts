import { describe, expect, it } from 'vitest';
import { flightsCurves, type Rule, timeToBest } from '../../../bench/sweep/learning-curves.ts';
import { randomFor } from '../../../src/sweep/random.ts';
import { defaultAsha, goesOn, leaderOf, promoted, type RungReport, rungsOf } from '../../../src/sweep/rungs.ts';

describe('rungs', () => {
  it('start at a 25th of the steps and quadruple', () => {
    expect(rungsOf(defaultAsha, 243)).toEqual([10, 39, 156]);
    expect(rungsOf(defaultAsha, 100)).toEqual([4, 16, 64]);
  });

  it('are fewer where there are few steps, and none where there is one', () => {
    expect(rungsOf(defaultAsha, 5)).toEqual([1, 4]);
    expect(rungsOf(defaultAsha, 1)).toEqual([]);
  });
});

const thirds = { eta: 3, firstRung: 1 / 27 };

describe('a trial at its rung', () => {
  const reports = [0.7, 0.9, 0.8, 0.6].map((value, trial): RungReport => ({ trial, step: 9, value }));

  it('goes on as the first, whatever its value', () => {
    expect(goesOn(thirds, 'maximize', [{ trial: 0, step: 9, value: 0.1 }], 0)).toBe(true);
  });

  it('goes on among the best third, rounded up, and stops below it', () => {
    expect([0, 1, 2, 3].map((trial) => goesOn(thirds, 'maximize', reports, trial))).toEqual([false, true, true, false]);
    expect([0, 1, 2, 3].map((trial) => goesOn(thirds, 'minimize', reports, trial))).toEqual([true, false, false, true]);
  });

  it('stops when its value is no number', () => {
    const broken = [...reports, { trial: 4, step: 9, value: Number.NaN }];
    expect(goesOn(thirds, 'minimize', broken, 4)).toBe(false);
  });
});

describe('a trial that waits at its rung', () => {
  const at = (step: number, ...values: readonly number[]): RungReport[] =>
    values.map((value, trial) => ({ trial, step, value }));
  const waiting = (step: number, ...trials: readonly number[]) => trials.map((trial) => ({ trial, step }));

  it('goes on once it is among the best third of those that came there', () => {
    const reports = at(9, 0.7, 0.9, 0.8);
    expect(promoted(thirds, 'maximize', reports.slice(0, 2), waiting(9, 0, 1))).toBeNull();
    expect(promoted(thirds, 'maximize', reports, waiting(9, 0, 1, 2))).toEqual({ trial: 1, step: 9 });
    expect(promoted(thirds, 'minimize', reports, waiting(9, 0, 1, 2))).toEqual({ trial: 0, step: 9 });
    // The one place is taken by trial 1, which has gone on.
    expect(promoted(thirds, 'maximize', reports, waiting(9, 0, 2))).toBeNull();
  });

  it('goes on from the highest rung first', () => {
    const reports = [...at(9, 0.7, 0.9, 0.8, 0.6, 0.5, 0.4), ...at(27, 0.8, 0.9, 0.7)];
    expect(promoted(thirds, 'maximize', reports, waiting(9, 2, 3))).toEqual({ trial: 2, step: 9 });
    const both = [...waiting(9, 3, 4, 5), ...waiting(27, 0, 1, 2)];
    expect(promoted(thirds, 'maximize', reports, both)).toEqual({ trial: 1, step: 27 });
  });

  it('never goes on with a value that is no number', () => {
    expect(promoted(thirds, 'minimize', at(9, Number.NaN, 0.5, 0.6, 0.7), waiting(9, 0))).toBeNull();
  });

  it('is the leader where it is the best at the highest rung', () => {
    const reports = [...at(9, 0.9, 0.8, 0.99), ...at(27, 0.5, 0.6)];
    const all = [...waiting(9, 2), ...waiting(27, 0, 1)];
    expect(leaderOf('maximize', reports, all)).toEqual({ trial: 1, step: 27 });
    expect(leaderOf('maximize', reports, [])).toBeNull();
  });
});

describe('early stopping on real learning curves, 8 workers', () => {
  const curves = flightsCurves();
  const asha: Rule = {
    steps: rungsOf(defaultAsha, curves.steps),
    goesOn: (reports, trial) => goesOn(defaultAsha, 'maximize', reports, trial),
  };
  const none: Rule = { steps: [], goesOn: () => true };
  const times = (rule: Rule) =>
    Array.from({ length: 20 }, (_, seed) =>
      timeToBest(curves, shuffled(curves.configurations, seed), { rule, workers: 8, tolerance: 0.001 }),
    );

  it('never loses the best one, and finds it in a third of the time at most', () => {
    const [stopped, whole] = [times(asha), times(none)];
    expect(stopped).not.toContain(null);
    expect(median(stopped) / median(whole)).toBeLessThan(1 / 3);
  });
});

function shuffled(count: number, seed: number): number[] {
  const random = randomFor(seed, 0);
  const order = Array.from({ length: count }, (_, at) => at);
  for (let at = count - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
  }
  return order;
}

function median(values: readonly (number | null)[]): number {
  const sorted = values.map((value) => value ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
