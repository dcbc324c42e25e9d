import { describe, expect, it } from 'vitest';
import { act } from '../../../src/alarm/act.ts';
import type { AlarmRecord, Mute } from '../../../src/alarm/alarm.ts';
import { isMuted } from '../../../src/alarm/mute.ts';
import { type Circumstances, reactionTo } from '../../../src/alarm/policy.ts';
import { noticesOf, strongest } from '../../../src/alarm/tell.ts';
import { aFinding, aStanding, day, look, settle } from './standing.ts';

function anAlarm(change: Partial<AlarmRecord> = {}): AlarmRecord {
  const [alarm] = settle(aStanding(), look(1, [aFinding('a')])).open;
  if (alarm === undefined) throw new Error('no alarm opened');
  return { ...alarm, ...change };
}

const plain: Circumstances = { onAlarm: 'retrain', coolingDown: false, openRuns: [], now: day(5) };

describe('the reaction to an alarm', () => {
  it.each([
    ['retrain', {}, {}],
    ['notify', {}, { onAlarm: 'notify' }],
    ['notify', {}, { onAlarm: { quality: 'retrain' } }],
    ['retrain', {}, { onAlarm: { drift: 'retrain' } }],
    ['ignore', {}, { onAlarm: { drift: 'ignore' } }],
    ['cooling-down', {}, { coolingDown: true }],
    ['answered', { run: 'm-r1' }, { openRuns: ['m-r1'], coolingDown: true }],
    ['cooling-down', { run: 'm-r1' }, { coolingDown: true }],
    ['snoozed', { snoozedUntil: day(6) }, {}],
    ['retrain', { snoozedUntil: day(5) }, {}],
  ] as const)('is to %s', (action, change, circumstances) => {
    expect(reactionTo(anAlarm(change), { ...plain, ...circumstances } as Circumstances).action).toBe(action);
  });

  it('is, over all alarms of a model, the strongest', () => {
    const reactions = (['notify', 'cooling-down', 'ignore'] as const).map((action) => ({
      ...{ alarm: 1, kind: 'drift' as const, action },
    }));
    expect(strongest(reactions)).toBe('cooling-down');
    expect(strongest([])).toBe('ignore');
  });
});

describe('what people are told', () => {
  const moves = {
    ...{ moved: true, why: null, escalated: [], awoken: [], closed: [] },
    opened: [anAlarm({ id: 7 })],
  };
  const reaction = (action: 'notify' | 'ignore' | 'snoozed') => ({ alarm: 7, kind: 'drift', action }) as const;

  it('names the alarm and its worst finding', () => {
    expect(noticesOf({ ...moves, reactions: [reaction('notify')] })).toEqual([
      { on: 'alarm', text: 'drift alarm 7 of m opened: a moved' },
    ]);
  });

  it('is nothing of alarms that the file ignores or a person has snoozed', () => {
    expect(noticesOf({ ...moves, reactions: [reaction('ignore')] })).toEqual([]);
    expect(noticesOf({ ...moves, reactions: [reaction('snoozed')] })).toEqual([]);
  });
});

describe('a mute', () => {
  const by: Mute['by'] = { name: 'ana', via: 'cli' };
  const mute = { model: 'm', until: null, by, at: day(1), reason: 'why' };

  it.each([
    [true, 'a', null],
    [true, 'a', 'shifted'],
    [true, null, 'shifted'],
    [false, 'a', 'missing'],
    [false, 'b', null],
    [false, null, 'missing'],
  ] as const)('is %s for column a, code shifted, where it names %s and %s', (muted, column, code) => {
    expect(isMuted(aFinding('a'), { ...mute, column, code }, day(2))).toBe(muted);
  });

  it('ends with its time', () => {
    expect(isMuted(aFinding('a'), { ...mute, column: 'a', code: null, until: day(2) }, day(2))).toBe(false);
  });
});

describe('a person’s word', () => {
  const ana = { name: 'ana', via: 'cli' } as const;

  it('ends a snooze that no one has set without an event', () => {
    expect(act(anAlarm(), { kind: 'snooze', until: null, reason: 'wake' }, ana, day(2))).toMatchObject({ event: null });
  });

  it('cannot change an alarm that is closed', () => {
    const closed = anAlarm({ closedAt: day(2), end: 'clean' });
    expect(act(closed, { kind: 'acknowledge', comment: 'seen' }, ana, day(3))).toMatchObject({ ok: false });
  });
});
