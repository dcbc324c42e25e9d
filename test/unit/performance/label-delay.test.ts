import { describe, expect, it } from 'vitest';
import { labelDelay, lastMaturedDay } from '../../../src/performance/label-delay.ts';

describe('how labels arrive', () => {
  it('is told by age: waiting until they are due, overdue after', () => {
    const labels = [0, 1, Number.NaN, 1, Number.NaN, Number.NaN, 0];
    const days = [10, 10, 10, 12, 12, 13, Number.NaN];
    expect(labelDelay({ labels, days }, { asOf: 14, maturesAfter: 2 })).toEqual({
      rows: 6,
      labelled: 3,
      waiting: 2,
      overdue: 1,
      oldestUnlabelled: 10,
      byAge: [
        { age: 1, rows: 1, labelled: 0 },
        { age: 2, rows: 2, labelled: 1 },
        { age: 4, rows: 3, labelled: 2 },
      ],
    });
  });

  it('makes a day mature when its last row is', () => {
    const [day, hour] = [86_400_000, 3_600_000];
    expect(lastMaturedDay(10 * day, day)).toBe(8);
    expect(lastMaturedDay(10 * day + 23 * hour, day)).toBe(8);
    expect(lastMaturedDay(10 * day, 0)).toBe(9);
    expect(lastMaturedDay(10 * day + hour, 36 * hour)).toBe(7);
  });

  it('is nothing to speak of without rows', () => {
    const none = { rows: 0, labelled: 0, waiting: 0, overdue: 0, oldestUnlabelled: null, byAge: [] };
    expect(labelDelay({ labels: [], days: [] }, { asOf: 1, maturesAfter: 1 })).toEqual(none);
  });
});
