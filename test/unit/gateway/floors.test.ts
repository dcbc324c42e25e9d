import { describe, expect, it } from 'vitest';
import {
  type AnswerRange,
  afterOutcome,
  type ChallengerOutcome,
  defaultFloors,
  isFarOff,
  noAnswers,
  untouched,
  widen,
} from '../../../src/gateway/floors.ts';

function trippedAfter(outcomes: readonly ChallengerOutcome[]): string | null {
  let state = untouched;
  for (const outcome of outcomes) {
    const next = afterOutcome(state, outcome, defaultFloors);
    if (next.tripped !== null) return next.tripped;
    state = next.state;
  }
  return null;
}

const times = (count: number, outcome: ChallengerOutcome): ChallengerOutcome[] => new Array(count).fill(outcome);

describe('afterOutcome', () => {
  it('drops a challenger with the tenth failure in a row, not with the ninth', () => {
    expect(trippedAfter(times(9, 'error'))).toBeNull();
    expect(trippedAfter(times(10, 'error'))).toBe('10 failures in a row');
  });

  it('begins to count again after a success', () => {
    expect(trippedAfter([...times(9, 'error'), 'ok', ...times(9, 'error')])).toBeNull();
  });

  it('counts failures of different kinds together', () => {
    expect(trippedAfter([...times(4, 'timeout'), ...times(2, 'bad-score'), ...times(4, 'error')])).toBe(
      '10 failures in a row',
    );
  });

  it('drops a challenger with the fifth timeout in a row', () => {
    expect(trippedAfter([...times(4, 'timeout'), 'error', ...times(4, 'timeout')])).toBeNull();
    expect(trippedAfter(times(5, 'timeout'))).toBe('5 timeouts in a row');
  });

  it('drops a challenger with the third impossible score in a row', () => {
    expect(trippedAfter(times(3, 'bad-score'))).toBe('3 impossible scores in a row');
  });

  it('drops a challenger whose process crashes a third time, whatever it answered in between', () => {
    expect(trippedAfter(['crash', 'ok', 'crash', 'ok', 'crash'])).toBe('its process crashed 3 times');
  });
});

describe('the share of odd answers', () => {
  const mixed = (count: number, every: number, odd: ChallengerOutcome): ChallengerOutcome[] =>
    Array.from({ length: count }, (_, index) => (index % every === 0 ? odd : 'ok'));

  it('drops a challenger of which one answer in ten is impossible, though never several in a row', () => {
    expect(trippedAfter(mixed(99, 10, 'bad-score'))).toBeNull();
    expect(trippedAfter(mixed(200, 10, 'bad-score'))).toBe(
      '10 % of its last 100 answers were impossible, or far from all that the champion answers',
    );
  });

  it('leaves one alone of which one answer in a hundred is odd', () => {
    expect(trippedAfter(mixed(5_000, 100, 'out-of-range'))).toBeNull();
  });

  it('is that of the last requests: a late change is not outvoted by a long good time', () => {
    const outcomes = [...times(100_000, 'ok'), ...mixed(1_000, 5, 'out-of-range')];
    expect(trippedAfter(outcomes)).toContain('far from all');
  });
});

describe('the range of a champion', () => {
  const seen = (values: readonly number[]): AnswerRange => values.reduce(widen, noAnswers);
  const champion = seen(Array.from({ length: 500 }, (_, index) => index % 101));

  it('calls a value far off that lies further outside than the range is wide', () => {
    expect([-101, -99, 50, 199, 201].map((value) => isFarOff(champion, value))).toEqual([
      true,
      false,
      false,
      false,
      true,
    ]);
  });

  it('says nothing before it has seen enough', () => {
    expect(isFarOff(seen([1, 2, 3]), 1e9)).toBe(false);
  });
});
