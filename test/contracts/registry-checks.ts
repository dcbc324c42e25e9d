import { describe, expect, it } from 'vitest';
import { aCheck, checkDays, day, finding } from './alarm-fixtures.ts';
import { freshModel, freshName, kindsOf, liveModel, type RegistryUnderTest } from './registry-fixtures.ts';

export function describeChecks(underTest: () => RegistryUnderTest): void {
  describe('checks', () => describeRecords(underTest));
  describe('checks and the alarms that they move', () => {
    describeMoves(underTest);
    describeRepetitions(underTest);
  });
}

function describeRecords(underTest: () => RegistryUnderTest): void {
  it('lists the newest first, a page at a time, and counts what was found', async () => {
    const { registry } = underTest();
    const model = await freshModel(registry);
    const found = [finding('a'), finding('b', { severity: 'critical' }), finding('c', { kind: 'quality' })];
    await registry.recordCheck(aCheck(model, day(2), { findings: found }));
    await registry.recordCheck(aCheck(model, day(1)));
    await registry.recordCheck(aCheck(model, day(3)));
    const all = await registry.checks(model);
    expect(all.map(({ asOf }) => asOf)).toEqual([day(3), day(2), day(1)]);
    expect(all[1]).toMatchObject({
      verdict: 'alarm',
      findings: { drift: { warning: 1, critical: 1 }, quality: { warning: 1 } },
    });
    expect((await registry.checks(model, { before: day(3), limit: 1 })).map(({ asOf }) => asOf)).toEqual([day(2)]);
  });

  it('keeps one of each instant: a repetition replaces it', async () => {
    const { registry } = underTest();
    const model = await freshModel(registry);
    await registry.recordCheck(aCheck(model, '2030-01-01', { summary: 'first' }));
    await registry.recordCheck(aCheck(model, day(1), { summary: 'second', measures: { 'quality.rows': 7 } }));
    expect(await registry.checks(model)).toHaveLength(1);
    const kept = await registry.checkRecord(model, '2030-01-01T00:00:00Z');
    expect(kept).toMatchObject({ asOf: day(1), summary: 'second', measures: { 'quality.rows': 7 } });
    expect(await registry.checkRecord(model, day(2))).toBeNull();
  });

  it('gives the newest of every model', async () => {
    const { registry } = underTest();
    const models = [await freshModel(registry), await freshModel(registry)];
    for (const model of models) await checkDays(registry, model, 1, [[], []]);
    const unchecked = await freshModel(registry);
    const last = (await registry.lastChecks()).filter(({ model }) => [...models, unchecked].includes(model));
    expect(last.map(({ model, asOf }) => [model, asOf])).toEqual(models.toSorted().map((model) => [model, day(2)]));
  });

  it('says which model it does not know, and which time is none', async () => {
    const { registry } = underTest();
    const unknown = { code: 'PRN-REGISTRY-001' };
    await expect(registry.recordCheck(aCheck(freshName(), day(1)))).rejects.toMatchObject(unknown);
    const model = await freshModel(registry);
    await expect(registry.recordCheck(aCheck(model, 'soon'))).rejects.toMatchObject({ code: 'PRN-REGISTRY-005' });
  });
}

function describeMoves(underTest: () => RegistryUnderTest): void {
  it('opens an alarm a kind once, keeps it open, and closes it after three clean checks', async () => {
    const { registry } = underTest();
    const model = await freshModel(registry);
    const ill = [finding('a'), finding('b'), finding('c', { kind: 'quality' })];
    const moves = await checkDays(registry, model, 1, [ill, ill, [], [], [], []]);
    expect(moves.map(({ opened, closed }) => [opened.length, closed.length])).toEqual([
      [2, 0],
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 2],
      [0, 0],
    ]);
    expect(await registry.alarms({ model })).toMatchObject([
      { kind: 'drift', asOf: day(1), seenAsOf: day(2), judgedAsOf: day(5), end: 'clean', findingCount: 2 },
      { kind: 'quality', asOf: day(1), end: 'clean', findingCount: 1 },
    ]);
    expect(await registry.alarms({ model, open: true })).toEqual([]);
    const kinds = ['model.applied', 'alarm.opened', 'alarm.opened', 'alarm.closed', 'alarm.closed'];
    expect(await kindsOf(registry, model)).toEqual(kinds);
  });

  it('says what is to be done, by the policy of the kind, and tells again when it gets worse', async () => {
    const { registry } = underTest();
    const model = await freshModel(registry);
    const [first, second] = await checkDays(registry, model, 1, [
      [finding('a')],
      [finding('a', { severity: 'critical' })],
    ]);
    const alarm = first?.opened[0]?.id;
    expect(first?.reactions).toEqual([{ alarm, kind: 'drift', action: 'notify' }]);
    expect(second?.escalated).toMatchObject([{ id: alarm, severity: 'critical' }]);
  });

  it('moves nothing for a check of an earlier day, or of a champion that is none any more', async () => {
    const { registry } = underTest();
    const model = await liveModel(registry, 1);
    await registry.recordCheck(aCheck(model, day(9), { champion: 1 }));
    const findings = [finding('a')];
    const earlier = await registry.recordCheck(aCheck(model, day(8), { champion: 1, findings }));
    const other = await registry.recordCheck(aCheck(model, day(10), { champion: 7, findings }));
    expect([earlier, other].map(({ moved }) => moved)).toEqual([false, false]);
    expect(earlier.why).toContain(day(9));
    expect(await registry.alarms({ model })).toEqual([]);
    expect(await registry.checks(model)).toHaveLength(3);
  });

  it('closes what was found against a champion that has been replaced', async () => {
    const { registry } = underTest();
    const model = await liveModel(registry, 2);
    await registry.recordCheck(aCheck(model, day(1), { champion: 1, findings: [finding('a')] }));
    const by = { name: 'ana', via: 'cli' } as const;
    await registry.setRollout({
      ...{ model, version: 2, rollout: 'x', phase: 'canary', weight: 0.1, leaseUntil: day(3), by, reason: 'new' },
    });
    expect(await registry.alarms({ model, open: true })).toHaveLength(1);
    await registry.promote({ model, version: 2, rollout: 'x', by, reason: 'better' });
    expect(await registry.alarms({ model })).toMatchObject([{ end: 'new-champion', closedAt: expect.any(String) }]);
  });
}

function describeRepetitions(underTest: () => RegistryUnderTest): void {
  it('gives a retried execution what it has moved, and another of the same instant nothing', async () => {
    const { registry } = underTest();
    const model = await freshModel(registry);
    const check = aCheck(model, day(1), { findings: [finding('a')] });
    const first = await registry.recordCheck(check);
    expect(await registry.recordCheck(check)).toEqual(first);
    const again = await registry.recordCheck({ ...check, temporalRunId: 'another' });
    expect(again).toMatchObject({ moved: true, opened: [], escalated: [] });
    expect(await kindsOf(registry, model)).toEqual(['model.applied', 'alarm.opened']);
  });

  it('counts checks of one instant once when an alarm gets clean', async () => {
    const { registry } = underTest();
    const model = await freshModel(registry);
    await checkDays(registry, model, 1, [[finding('a')], []]);
    for (let repetition = 0; repetition < 5; repetition += 1) await registry.recordCheck(aCheck(model, day(2)));
    expect(await registry.alarms({ model, open: true })).toMatchObject([{ cleanChecks: 1 }]);
  });

  it('opens one alarm for many checks at once', async () => {
    const { registry } = underTest();
    const model = await freshModel(registry);
    const findings = [finding('a')];
    const checks = Array.from({ length: 20 }, (_, index) => aCheck(model, day(1 + (index % 10)), { findings }));
    const moves = await Promise.all(checks.map((check) => registry.recordCheck(check)));
    expect(moves.flatMap(({ opened }) => opened)).toHaveLength(1);
    expect(await registry.alarms({ model })).toMatchObject([{ seenAsOf: day(10) }]);
    expect((await kindsOf(registry, model)).filter((kind) => kind === 'alarm.opened')).toHaveLength(1);
  });

  it('leaves no alarm of an old champion open when it is replaced in the same moment', async () => {
    const { registry } = underTest();
    for (let round = 0; round < 5; round += 1) {
      const model = await liveModel(registry, 2);
      const by = { name: 'ana', via: 'cli' } as const;
      const rollout = { model, version: 2, rollout: 'x', by, reason: 'new' };
      await registry.setRollout({ ...rollout, phase: 'canary', weight: 0.1, leaseUntil: day(3) });
      const check = aCheck(model, day(1), { champion: 1, findings: [finding('a')] });
      await Promise.all([registry.recordCheck(check), registry.promote(rollout)]);
      expect(await registry.alarms({ model, open: true })).toEqual([]);
    }
  });
}
