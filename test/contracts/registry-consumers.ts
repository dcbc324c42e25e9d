import { afterEach, describe, expect, it } from 'vitest';
import { freshModel, freshName, type RegistryUnderTest } from './registry-fixtures.ts';

export function describeConsumers(underTest: () => RegistryUnderTest): void {
  const of = async (model: string) => (await underTest().registry.consumers()).filter((one) => one.model === model);

  describe('the consumers of a model', () => {
    afterEach(() => underTest().setNow(null));

    it('are known before they call; a second declaration replaces key and quota, and keeps what was counted', async () => {
      const { registry } = underTest();
      const model = await freshModel(registry);
      await registry.declareConsumer({ model, consumer: 'shop', sha256: freshName(), requestsPerMinute: 60 });
      await registry.sawConsumers([{ model, consumer: 'shop', requests: 5 }]);
      const sha256 = freshName();
      await registry.declareConsumer({ model, consumer: 'shop', sha256, requestsPerMinute: null });
      expect(await of(model)).toMatchObject([{ consumer: 'shop', sha256, requestsPerMinute: null, requests: 5 }]);
    });

    it('are counted by many gateways, from the first time to the last', async () => {
      const { registry, setNow } = underTest();
      const model = await freshModel(registry);
      setNow('2026-01-01T00:00:00.000Z');
      await registry.sawConsumers([{ model, consumer: 'a', requests: 2 }]);
      setNow('2026-01-02T00:00:00.000Z');
      await Promise.all([1, 2, 3].map((requests) => registry.sawConsumers([{ model, consumer: 'a', requests }])));
      expect(await of(model)).toMatchObject([
        { requests: 8, firstSeen: '2026-01-01T00:00:00.000Z', lastSeen: '2026-01-02T00:00:00.000Z', sha256: null },
      ]);
    });

    it('lose their key and stay on record', async () => {
      const { registry } = underTest();
      const model = await freshModel(registry);
      await registry.declareConsumer({ model, consumer: 'shop', sha256: freshName(), requestsPerMinute: 1 });
      expect(await registry.revokeConsumer(model, 'shop')).toBe(true);
      expect(await registry.revokeConsumer(model, 'shop')).toBe(false);
      expect(await of(model)).toMatchObject([{ consumer: 'shop', sha256: null }]);
    });

    it('cannot share a key, and need a model', async () => {
      const { registry } = underTest();
      const model = await freshModel(registry);
      const sha256 = freshName();
      await registry.declareConsumer({ model, consumer: 'a', sha256, requestsPerMinute: null });
      const second = registry.declareConsumer({ model, consumer: 'b', sha256, requestsPerMinute: null });
      await expect(second).rejects.toMatchObject({ code: 'PRN-REGISTRY-005' });
      const unknown = registry.declareConsumer({ model: freshName(), consumer: 'a', sha256, requestsPerMinute: null });
      await expect(unknown).rejects.toMatchObject({ code: 'PRN-REGISTRY-001' });
      await registry.sawConsumers([{ model: freshName(), consumer: 'a', requests: 1 }]);
    });
  });
}
