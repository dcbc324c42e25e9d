import { describe, expect, it } from 'vitest';
import { binaryDays, binaryReference, type World } from '../../../bench/drift/simulated-champion.ts';
import { seededRandom } from '../../../src/evaluation/random.ts';
import { spreadOf } from '../../../src/performance/baseline.ts';
import { realised } from '../../../src/performance/statistic.ts';
import type { DayTotals, PerformanceReference } from '../../../src/performance/totals.ts';
import { memoryDays, type Watched, watch } from '../../../src/performance/watch.ts';

const calm: World = { days: 14, rowsPerDay: 300, dayEffect: 0.2 };

describe('a metric that is watched day by day', () => {
  it('raises no alarm in 100 days in which only days differ, even when any change would matter', () => {
    let alarms = 0;
    for (let seed = 1; seed <= 8; seed += 1) {
      const { reference, days } = world(seed, { days: 100 });
      if (days.some((_, at) => look(reference, days.slice(0, at + 1), 0).verdict === 'changed')) alarms += 1;
    }
    expect(alarms).toBe(0);
  });

  it('changed within two days when the labels turn around', () => {
    const { reference, days } = world(3, { days: 2, concept: 2.5 });
    expect(look(reference, days, 0.05)).toMatchObject({ verdict: 'changed', why: null });
  });

  it('changed within five weeks when the loss grows by a little more than matters', () => {
    const { reference, days } = world(3, { days: 35, concept: 0.8 });
    const found = look(reference, days, 0.05);
    expect(found.verdict).toBe('changed');
    expect(found.look?.change).toBeGreaterThan(0.05);
  });

  it('is inconclusive when a change would matter and is not certain, and held when it is certain and does not matter', () => {
    const { reference, days } = world(3, { days: 35, concept: 0.8 });
    expect(look(reference, days, 0.05, 1e-12).verdict).toBe('inconclusive');
    expect(look(reference, days, 0.5).verdict).toBe('held');
  });

  it('takes a rise for no fall', () => {
    const { reference, days } = world(3, { days: 35, concept: -0.8 });
    expect(look(reference, days, 0.01).verdict).not.toBe('changed');
  });

  it('says what it could have found, less than three weeks of few rows more than many', () => {
    const few = world(5, { days: 20, rowsPerDay: 40 });
    const many = world(5, { days: 20, rowsPerDay: 1_000, dayEffect: 0 });
    const detectable = ({ reference, days }: ReturnType<typeof world>): number =>
      look(reference, days, 0.05).detectable ?? 0;
    expect(detectable(few)).toBeGreaterThan(2 * detectable(many));
  });

  it('answers the same however often it is asked, and whatever lies before its memory', () => {
    const { reference, days } = world(6, { days: 60, concept: 0.5 });
    const recent = days.slice(-memoryDays);
    expect(look(reference, recent, 0.05)).toEqual(look(reference, days, 0.05));
    expect(look(reference, recent, 0.05)).toEqual(look(reference, recent, 0.05));
  });

  it('decides nothing without labels, with one class, with a short reference, and on days that are missing', () => {
    const { reference, days } = world(7, { days: 20, concept: 2 });
    const blank = days.map((day): DayTotals => ({ ...day, labelled: 0 }));
    expect(look(reference, blank, 0.05)).toMatchObject({ verdict: 'inconclusive', look: null });
    expect(look(reference, [], 0.05)).toMatchObject({ verdict: 'inconclusive', look: null });
    const oneClass = days.map((day) => ({
      ...day,
      outcomes: day.outcomes.map((rows, at) => (at % 2 === 1 ? 0 : rows)),
    }));
    expect(look(reference, oneClass, 0.05, 0.01, 'auc')).toMatchObject({ verdict: 'inconclusive', look: null });
    const short = { ...reference, days: reference.days.slice(0, 2) };
    expect(look(short, days, 0.05).why).toContain('fewer than 3 days');
    const gaps = days.filter(({ day }) => day % 4 === 0);
    expect(look(reference, gaps, 0.05).look?.days ?? 1).toBeLessThanOrEqual(2);
  });
});

function world(seed: number, after: Partial<World>): { reference: PerformanceReference; days: DayTotals[] } {
  const random = seededRandom(seed);
  const now = { ...calm, firstDay: 16, ...after };
  const reference = binaryReference(random, { ...calm, rowsPerDay: now.rowsPerDay, dayEffect: now.dayEffect ?? 0 });
  return { reference, days: binaryDays(random, reference, now) };
}

function look(
  reference: PerformanceReference,
  days: readonly DayTotals[],
  atLeast: number,
  rate = 0.05,
  metric = 'logLoss',
): Watched {
  const statistic = realised(reference, metric);
  const spread = spreadOf(reference.cells, statistic, reference.days);
  const direction = metric === 'logLoss' ? 1 : -1;
  return watch(reference.cells, statistic, spread, days, { alpha: rate / 100, atLeast, direction });
}
