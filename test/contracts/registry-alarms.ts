import { afterEach, describe, expect, it } from 'vitest';
import { findingKinds } from '../../src/alarm/finding.ts';
import { aCheck, checkDays, day, finding } from './alarm-fixtures.ts';
import { ana, freshModel, kindsOf, openRun, type RegistryUnderTest } from './registry-fixtures.ts';

export function describeAlarms(underTest: () => RegistryUnderTest): void {
  describe('alarms under people’s hands', () => {
    afterEach(() => underTest().setNow(null));
    describeActions(underTest);
    describeRuns(underTest);
  });
  describe('mutes', () => {
    afterEach(() => underTest().setNow(null));
    describeMutes(underTest);
  });
}

async function opened({ registry }: RegistryUnderTest) {
  const model = await freshModel(registry);
  const [moves] = await checkDays(registry, model, 1, [[finding('a'), finding('b')]]);
  return { model, alarm: moves?.opened[0]?.id ?? 0 };
}

function describeActions(underTest: () => RegistryUnderTest): void {
  it('keeps one of every kind', async () => {
    const { registry } = underTest();
    const model = await freshModel(registry);
    const [moves] = await checkDays(registry, model, 1, [findingKinds.map((kind) => finding('a', { kind }))]);
    expect(moves?.opened.map(({ kind }) => kind)).toEqual(findingKinds);
  });

  it('remembers who has acknowledged it with what words, until it gets worse', async () => {
    const { registry } = underTest();
    const { model, alarm } = await opened(underTest());
    const action = { kind: 'acknowledge', comment: 'the sensor is being replaced' } as const;
    await registry.actOnAlarm(alarm, action, ana);
    await registry.actOnAlarm(alarm, action, ana);
    expect((await registry.alarm(alarm)).acknowledged).toMatchObject({ by: ana, comment: action.comment });
    await checkDays(registry, model, 2, [[finding('a', { severity: 'critical' })]]);
    expect(await registry.alarm(alarm)).toMatchObject({ acknowledged: null, severity: 'critical' });
    expect(await kindsOf(registry, model)).toEqual([
      ...['model.applied', 'alarm.opened', 'alarm.acknowledged', 'alarm.escalated'],
    ]);
  });

  it('is silent while snoozed, and tells once more when that is over', async () => {
    const { registry, setNow } = underTest();
    setNow(day(1));
    const { model, alarm } = await opened(underTest());
    await registry.actOnAlarm(alarm, { kind: 'snooze', until: day(4), reason: 'weekend' }, ana);
    const still = [finding('a')];
    const look = async (number: number) => {
      setNow(day(number));
      return await registry.recordCheck(aCheck(model, day(number), { findings: still }));
    };
    expect((await look(3)).reactions).toMatchObject([{ action: 'snoozed' }]);
    expect(await look(4)).toMatchObject({ awoken: [{ id: alarm }], reactions: [{ action: 'notify' }] });
    expect((await look(5)).awoken).toEqual([]);
  });

  it('refuses a snooze that would end in the past, and anything on a closed or unknown alarm', async () => {
    const { registry } = underTest();
    const { alarm } = await opened(underTest());
    const past = { kind: 'snooze', until: '2001-01-01T00:00:00Z', reason: 'late' } as const;
    const refused = { code: 'PRN-REGISTRY-014' };
    await expect(registry.actOnAlarm(alarm, past, ana)).rejects.toMatchObject(refused);
    await registry.actOnAlarm(alarm, { kind: 'close', reason: 'known' }, ana);
    const late = registry.actOnAlarm(alarm, { kind: 'acknowledge', comment: 'seen' }, ana);
    await expect(late).rejects.toMatchObject(refused);
    const unknown = registry.actOnAlarm(2_000_000_000, { kind: 'acknowledge', comment: 'seen' }, ana);
    await expect(unknown).rejects.toMatchObject({ code: 'PRN-REGISTRY-006' });
  });

  it('closed by hand it stays closed for what was known, and opens anew for what was not', async () => {
    const { registry } = underTest();
    const { model, alarm } = await opened(underTest());
    await registry.actOnAlarm(alarm, { kind: 'close', reason: 'a new airport' }, ana);
    await registry.actOnAlarm(alarm, { kind: 'close', reason: 'twice' }, ana);
    const [known, fresh] = await checkDays(registry, model, 2, [[finding('a')], [finding('a'), finding('c')]]);
    expect(known?.opened).toEqual([]);
    expect(fresh?.opened).toHaveLength(1);
    const events = await registry.events(model);
    expect(events.filter(({ kind }) => kind === 'alarm.closed')).toMatchObject([
      { actor: ana, reason: 'a new airport' },
    ]);
  });

  it('opens anew for what was closed by hand once that had gone', async () => {
    const { registry } = underTest();
    const { model, alarm } = await opened(underTest());
    await registry.actOnAlarm(alarm, { kind: 'close', reason: 'known' }, ana);
    const moves = await checkDays(registry, model, 2, [[finding('a')], [], [], [], [finding('a')]]);
    expect(moves.map(({ opened: alarms }) => alarms.length)).toEqual([0, 0, 0, 0, 1]);
  });

  it('loses nothing when people act while checks move it', async () => {
    const { registry } = underTest();
    const { model, alarm } = await opened(underTest());
    const comments = ['one', 'two', 'three', 'four', 'five'];
    await Promise.all([
      ...comments.map((comment) => registry.actOnAlarm(alarm, { kind: 'acknowledge', comment }, ana)),
      ...comments.map((_, index) => registry.recordCheck(aCheck(model, day(2 + index), { findings: [finding('a')] }))),
    ]);
    expect(await registry.alarm(alarm)).toMatchObject({ seenAsOf: day(6), acknowledged: { by: ana } });
    const told = (await kindsOf(registry, model)).filter((kind) => kind === 'alarm.acknowledged');
    expect(told).toHaveLength(5);
  });
}

function describeRuns(underTest: () => RegistryUnderTest): void {
  it('is answered by a run, and closed when that run has brought a new champion', async () => {
    const { registry } = underTest();
    const { model, alarm } = await opened(underTest());
    const { run } = await openRun(registry, model);
    await registry.linkAlarms(model, run);
    await registry.linkAlarms(model, run);
    expect((await registry.alarm(alarm)).run).toBe(run);
    await registry.closeRun(run, 'promoted', 'better');
    expect(await registry.alarm(alarm)).toMatchObject({ end: 'new-champion', closedAt: expect.any(String) });
    expect(await kindsOf(registry, model)).toEqual([
      ...['model.applied', 'alarm.opened', 'run.opened', 'alarm.linked', 'run.closed', 'alarm.closed'],
    ]);
  });

  it('is answered by the next run when the first has ended without success', async () => {
    const { registry } = underTest();
    const { model, alarm } = await opened(underTest());
    const first = await openRun(registry, model, 'a');
    await registry.linkAlarms(model, first.run);
    await registry.closeRun(first.run, 'failed', 'no space left');
    const second = await openRun(registry, model, 'b');
    await registry.linkAlarms(model, second.run);
    expect((await registry.alarm(alarm)).run).toBe(second.run);
    await expect(registry.linkAlarms(model, 'nobody-r1')).resolves.toBeUndefined();
  });
}

function describeMutes(underTest: () => RegistryUnderTest): void {
  it('keeps a column from opening an alarm, and takes it out of one that is open', async () => {
    const { registry } = underTest();
    const { model, alarm } = await opened(underTest());
    const mute = { model, column: 'a', code: null, until: null, by: ana, reason: 'noisy' };
    await registry.mute(mute);
    expect(await registry.alarm(alarm)).toMatchObject({ findings: [{ column: 'b' }], findingCount: 1, closedAt: null });
    await registry.mute({ ...mute, column: 'b', code: 'shifted' });
    expect(await registry.alarm(alarm)).toMatchObject({ end: 'muted', closedAt: expect.any(String) });
    const [muted] = await checkDays(registry, model, 2, [[finding('a'), finding('b')]]);
    expect(muted?.opened).toEqual([]);
    const [other] = await checkDays(registry, model, 3, [[finding('b', { code: 'missing' })]]);
    expect(other?.opened).toHaveLength(1);
  });

  it('lists what is muted, replaces it, and ends with its time or by hand', async () => {
    const { registry, setNow } = underTest();
    setNow(day(1));
    const model = await freshModel(registry);
    const mute = { model, column: 'a', code: null, until: day(3), by: ana, reason: 'noisy' };
    await registry.mute({ ...mute, reason: 'first' });
    await registry.mute(mute);
    await registry.mute({ ...mute, column: null, code: 'late', until: null });
    expect(await registry.mutes(model)).toEqual([
      { ...mute, at: day(1) },
      { ...mute, column: null, code: 'late', until: null, at: day(1) },
    ]);
    setNow(day(3));
    expect((await registry.mutes(model)).map(({ code }) => code)).toEqual(['late']);
    const unmuted = { model, column: null, code: 'late', by: ana, reason: 'mended' };
    await registry.unmute(unmuted);
    await expect(registry.unmute(unmuted)).rejects.toMatchObject({ code: 'PRN-REGISTRY-015' });
    expect(await kindsOf(registry, model)).toContain('alarm.unmuted');
  });

  it('refuses one that names nothing, and one that would end in the past', async () => {
    const { registry } = underTest();
    const model = await freshModel(registry);
    const mute = { model, column: null, code: null, until: null, by: ana, reason: 'why' };
    await expect(registry.mute(mute)).rejects.toMatchObject({ code: 'PRN-REGISTRY-005' });
    const past = registry.mute({ ...mute, column: 'a', until: '2001-01-01' });
    await expect(past).rejects.toMatchObject({ code: 'PRN-REGISTRY-005' });
  });
}
