import { describe, expect, it } from 'vitest';
import { troubleOf } from '../../../src/api/temporal/trouble.ts';

const pending = (change: object) => ({
  raw: {
    pendingActivities: [
      {
        activityType: { name: 'closeRun' },
        attempt: 5,
        state: 1,
        lastFailure: { message: 'no disk\nstack' },
        ...change,
      },
    ],
  },
});

describe('what holds a workflow', () => {
  it('is told in one line once it has failed again and again', () => {
    expect(troubleOf(pending({}) as never)).toEqual(['closeRun keeps failing: no disk']);
  });

  it('is not told for a first failure, nor for an attempt that runs now', () => {
    expect(troubleOf(pending({ attempt: 2 }) as never)).toEqual([]);
    expect(troubleOf(pending({ state: 2 }) as never)).toEqual([]);
    expect(troubleOf({ raw: {} } as never)).toEqual([]);
  });
});
