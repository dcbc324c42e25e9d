import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { daysOf, matureBefore, snapshotWindows } from '../../../src/dataset/windows.ts';

const span = { asOf: '2024-03-20T06:00:00Z', window: '18d', holdout: '2d', validation: '3d', maturesAfter: '1d' };

describe('the windows of a snapshot', () => {
  test('follow one another and end where labels stop being mature', () => {
    expect(snapshotWindows(span)).toEqual({
      observed: { from: '2024-03-02T06:00:00.000Z', to: '2024-03-20T06:00:00.000Z' },
      parts: {
        train: { from: '2024-03-02T06:00:00.000Z', to: '2024-03-14T06:00:00.000Z' },
        validation: { from: '2024-03-14T06:00:00.000Z', to: '2024-03-17T06:00:00.000Z' },
        holdout: { from: '2024-03-17T06:00:00.000Z', to: '2024-03-19T06:00:00.000Z' },
      },
    });
  });

  test('never overlap, whatever the durations', () => {
    const hours = fc.integer({ min: 1, max: 500 });
    fc.assert(
      fc.property(hours, hours, hours, hours, (train, validation, holdout, matures) => {
        const { parts, observed } = snapshotWindows({
          asOf: span.asOf,
          window: `${train + validation + holdout + matures}h`,
          holdout: `${holdout}h`,
          validation: `${validation}h`,
          maturesAfter: `${matures}h`,
        });
        expect(parts.train.from).toBe(observed.from);
        expect(parts.train.to).toBe(parts.validation.from);
        expect(parts.validation.to).toBe(parts.holdout.from);
        expect(Date.parse(parts.train.from)).toBeLessThan(Date.parse(parts.train.to));
        expect(parts.holdout.to < observed.to).toBe(true);
      }),
    );
  });

  test('are refused when the hold-out, validation and maturity use the window up', () => {
    expect(() => snapshotWindows({ ...span, window: '6d' })).toThrow(
      expect.objectContaining({ code: 'PRN-DATASET-010', message: expect.stringContaining('6d') }),
    );
  });
});

describe('the days of a window', () => {
  test.each([
    ['whole days', '2024-02-28T00:00:00Z', '2024-03-01T00:00:00Z', ['2024-02-28', '2024-02-29']],
    ['a part of a day at each end', '2024-02-28T23:59:59Z', '2024-02-29T00:00:01Z', ['2024-02-28', '2024-02-29']],
    ['instants with an offset', '2024-03-01T00:00:00+02:00', '2024-03-01T01:00:00+02:00', ['2024-02-29']],
    ['an empty window', '2024-03-01T00:00:00Z', '2024-03-01T00:00:00Z', []],
  ])('are UTC days: %s', (_, from, to, days) => {
    expect(daysOf({ from, to })).toEqual(days);
  });
});

test('labels mature before the instant that lies maturesAfter before asOf', () => {
  expect(matureBefore('2024-03-20T06:00:00+02:00', '36h')).toBe('2024-03-18T16:00:00.000Z');
});
