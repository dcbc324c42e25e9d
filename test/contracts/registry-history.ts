import { afterEach, describe, expect, it } from 'vitest';
import { accepted, ana, canary, freshModel, liveModel, type RegistryUnderTest } from './registry-fixtures.ts';

export function describeHistory(underTest: () => RegistryUnderTest): void {
  describe('history', () => {
    afterEach(() => underTest().setNow(null));

    it('keeps that a person has overruled gates, as a decision and as an event', async () => {
      const { registry } = underTest();
      const model = await liveModel(registry, 2);
      const { run } = await registry.version(model, 2);
      const evidence = { rollout: 'a', from: 'rejected', gates: ['auc ≥ 0.9'], roles: ['overruler'] };
      const forced = { run, model, version: 2, kind: 'override', verdict: 'forced', by: ana, reason: 'now' } as const;
      await registry.recordDecision({ ...forced, evidence });
      expect(await registry.decisions(model, run)).toMatchObject([{ kind: 'override', by: ana, evidence }]);
      expect((await registry.events(model, { version: 2, limit: 1 }))[0]?.kind).toBe('decision.override');
      const ofFirst = await registry.events(model, { version: 1 });
      expect(ofFirst.length).toBeGreaterThan(0);
      expect(ofFirst.every(({ version }) => version === 1)).toBe(true);
    });

    it('answers what was live at any instant, from the events', async () => {
      const { registry, setNow } = underTest();
      setNow('2030-01-01T08:00:00Z');
      const model = await liveModel(registry, 2);
      setNow('2030-01-02T08:00:00Z');
      accepted(await registry.setRollout(canary(model, 2, 'a', 0.25)));
      setNow('2030-01-03T08:00:00Z');
      accepted(await registry.promote({ model, version: 2, rollout: 'a', by: ana, reason: '' }));
      expect(await registry.liveAt(model, '2029-12-31T00:00:00Z')).toMatchObject({
        stable: null,
        canary: null,
        weight: 0,
      });
      expect(await registry.liveAt(model, '2030-01-01T08:00:00Z')).toMatchObject({
        stable: 1,
        canary: null,
        weight: 0,
      });
      expect(await registry.liveAt(model, '2030-01-03T07:59:59Z')).toMatchObject({
        stable: 1,
        canary: 2,
        weight: 0.25,
      });
      const until = await registry.events(model, { until: '2030-01-03T07:59:59Z' });
      expect(until.length).toBeGreaterThan(0);
      expect(until).toEqual((await registry.events(model)).filter(({ at }) => at <= '2030-01-03T07:59:59Z'));
      expect(until.length).toBeLessThan((await registry.events(model)).length);
      expect(await registry.liveAt(model, '2030-01-03T08:00:00Z')).toMatchObject({
        stable: 2,
        canary: null,
        weight: 0,
      });
    });

    it('never runs backwards when the clocks of two processes differ', async () => {
      const { registry, setNow } = underTest();
      setNow('2030-01-01T08:00:00Z');
      const model = await liveModel(registry, 2);
      setNow('2030-01-01T07:00:00Z');
      accepted(await registry.setRollout(canary(model, 2, 'a', 0.25)));
      expect(await registry.liveAt(model, '2030-01-01T07:30:00Z')).toMatchObject({
        stable: null,
        canary: null,
        weight: 0,
      });
      expect(await registry.liveAt(model, '2030-01-01T08:00:00Z')).toMatchObject({
        stable: 1,
        canary: 2,
        weight: 0.25,
      });
    });

    it('drops a second event with the same key', async () => {
      const { registry } = underTest();
      const model = await freshModel(registry);
      const event = { model, kind: 'consumer.seen', by: ana, details: { consumer: 'app' }, key: 'consumer:app' };
      await registry.addEvent(event);
      await registry.addEvent(event);
      await registry.addEvent({ ...event, key: 'consumer:web' });
      await registry.addEvent({ model, kind: 'note', by: ana });
      await registry.addEvent({ model, kind: 'note', by: ana });
      const kinds = (await registry.events(model)).map(({ kind }) => kind);
      expect(kinds).toEqual(['note', 'note', 'consumer.seen', 'consumer.seen', 'model.applied']);
    });

    it('gives the newest events first, and those after a known one', async () => {
      const { registry } = underTest();
      const model = await freshModel(registry);
      for (const reason of ['one', 'two', 'three']) await registry.addEvent({ model, kind: 'note', by: ana, reason });
      const [three, two, one] = await registry.events(model, { limit: 3 });
      expect([three?.reason, two?.reason, one?.reason]).toEqual(['three', 'two', 'one']);
      expect(await registry.events(model, { after: one?.id ?? 0 })).toEqual([three, two]);
    });

    it('does not take an event that only a move of the route may write', async () => {
      const { registry } = underTest();
      const model = await freshModel(registry);
      const forged = registry.addEvent({ model, kind: 'route.stable', by: ana, details: { route: { stable: 9 } } });
      await expect(forged).rejects.toMatchObject({ code: 'PRN-REGISTRY-005' });
    });

    it('refuses to look at a time that is none', async () => {
      const { registry } = underTest();
      const look = registry.liveAt(await freshModel(registry), 'yesterday');
      await expect(look).rejects.toMatchObject({
        code: 'PRN-REGISTRY-005',
        message: expect.stringContaining('yesterday'),
      });
    });
  });
}
