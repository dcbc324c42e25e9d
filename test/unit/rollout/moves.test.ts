import { describe, expect, it } from 'vitest';
import { firstState, nextMove, type RolloutEvent, type RolloutState, weightOf } from '../../../src/rollout/moves.ts';

const minute = 60_000;
const stage = {
  shadow: '10m',
  steps: [
    { weight: 0.05, for: '30m' },
    { weight: 0.5, for: '30m' },
    { weight: 1, for: '0s' },
  ],
  extendAtMost: '1h',
};

const shadow: RolloutState = { phase: 'shadow', paused: false };
const small: RolloutState = { phase: 'canary', step: 0, paused: false };
const half: RolloutState = { phase: 'canary', step: 1, paused: false };
const pausedHalf: RolloutState = { ...half, paused: true };
const back = (reason: string): RolloutState => ({ phase: 'rolled-back', reason });
const promoted: RolloutState = { phase: 'promoted', reason: 'no gate was violated' };

const look = (verdict: 'pass' | 'fail' | 'inconclusive', minutes: number, reason?: string): RolloutEvent => ({
  kind: 'look',
  verdict,
  elapsedMs: minutes * minute,
  ...(reason === undefined ? {} : { reason }),
});

const table: [title: string, from: RolloutState, event: RolloutEvent, to: RolloutState][] = [
  ['a passing shadow goes on mirroring until its time is over', shadow, look('pass', 9), shadow],
  ['a passing shadow then takes the first weight', shadow, look('pass', 10), small],
  ['a failing shadow is withdrawn at once', shadow, look('fail', 1, 'errorRate'), back('errorRate')],
  ['a passing step waits for its time', small, look('pass', 29), small],
  ['a passing step takes the next weight', small, look('pass', 30), half],
  ['the last step before everything is followed by promotion', half, look('pass', 31), promoted],
  ['a failing step rolls back at once', half, look('fail', 0), back('a gate failed')],
  ['an inconclusive step waits', small, look('inconclusive', 10), small],
  ['an inconclusive step is extended', small, look('inconclusive', 89), small],
  [
    'an extension that is used up rolls back',
    small,
    look('inconclusive', 90),
    back('still inconclusive after 1h of extension'),
  ],
  [
    'an extension that is used up rolls back when told',
    small,
    { kind: 'extension-used-up' },
    back('still inconclusive after 1h of extension'),
  ],
  ['a late pass still moves on', small, look('pass', 500), half],
  [
    'a gateway that halted rolls back',
    half,
    { kind: 'halted', reason: '10 failures' },
    back('a gateway halted it: 10 failures'),
  ],
  ['a person aborts', shadow, { kind: 'aborted', by: 'ana', reason: 'wrong data' }, back('aborted by ana: wrong data')],
  [
    'a person promotes',
    small,
    { kind: 'promoted-by-person', by: 'bo', reason: 'seen enough' },
    { phase: 'promoted', reason: 'promoted by bo: seen enough' },
  ],
  ['a pause stops the steps', half, { kind: 'paused' }, pausedHalf],
  ['a pass while paused changes nothing', pausedHalf, look('pass', 600), pausedHalf],
  ['nothing runs out while paused', pausedHalf, look('inconclusive', 600), pausedHalf],
  ['harm while paused still rolls back', pausedHalf, look('fail', 1), back('a gate failed')],
  ['a resumed step goes on where it stood', pausedHalf, { kind: 'resumed' }, half],
  ['resuming what runs changes nothing', half, { kind: 'resumed' }, half],
  ['an end is final for a look', promoted, look('fail', 1), promoted],
  ['an end is final for a person', back('x'), { kind: 'promoted-by-person', by: 'bo', reason: 'y' }, back('x')],
];

describe('the moves of a rollout', () => {
  it.each(table)('%s', (_, from, event, to) => {
    expect(nextMove(from, event, stage)).toEqual(to);
  });

  it('start in the shadow, or at the first weight, or at the end if all is given at once', () => {
    expect(firstState(stage)).toEqual(shadow);
    expect(firstState({ ...stage, shadow: '0s' })).toEqual(small);
    expect(firstState({ ...stage, shadow: '0s', steps: [{ weight: 1, for: '0s' }] })).toEqual(promoted);
  });

  it('watch a step of the whole traffic that has a time of its own', () => {
    const watched = { ...stage, shadow: '0s', steps: [{ weight: 1, for: '5m' }] };
    expect(firstState(watched)).toEqual(small);
    expect(nextMove(small, look('pass', 5), watched)).toEqual(promoted);
  });

  it('give the new version its share of the traffic', () => {
    expect([shadow, small, half, promoted, back('x')].map((state) => weightOf(state, stage))).toEqual([
      0, 0.05, 0.5, 1, 0,
    ]);
  });
});
