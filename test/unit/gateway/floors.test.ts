import { describe, expect, it } from 'vitest';
import { afterOutcome, type ChallengerOutcome, defaultFloors, untouched } from '../../../src/gateway/floors.ts';

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
