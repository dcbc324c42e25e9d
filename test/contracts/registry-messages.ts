import { afterEach, describe, expect, it } from 'vitest';
import { freshName, type RegistryUnderTest } from './registry-fixtures.ts';

export function describeMessages(underTest: () => RegistryUnderTest): void {
  describe('messages', () => {
    afterEach(() => underTest().setNow(null));

    it('are answered once, and give the same answer again', async () => {
      const { registry } = underTest();
      const message = { source: 'lake', id: freshName() };
      expect(await registry.takeMessage(message)).toEqual({ state: 'taken' });
      expect(await registry.takeMessage(message)).toEqual({ state: 'being-answered' });
      await registry.answerMessage({ ...message, answer: { started: ['a'] } });
      expect(await registry.takeMessage(message)).toEqual({ state: 'answered', answer: { started: ['a'] } });
      expect(await registry.takeMessage({ ...message, source: 'other' })).toEqual({ state: 'taken' });
    });

    it('are taken by one of many deliveries at once', async () => {
      const { registry } = underTest();
      const message = { source: 'lake', id: freshName() };
      const taken = await Promise.all(Array.from({ length: 20 }, () => registry.takeMessage(message)));
      expect(taken.filter(({ state }) => state === 'taken')).toHaveLength(1);
    });

    it('can be taken again when they were given back, or not answered within a minute', async () => {
      const { registry, setNow } = underTest();
      const message = { source: 'lake', id: freshName() };
      setNow('2030-01-01T00:00:00Z');
      await registry.takeMessage(message);
      await registry.returnMessage(message);
      expect(await registry.takeMessage(message)).toEqual({ state: 'taken' });
      setNow('2030-01-01T00:01:01Z');
      expect(await registry.takeMessage(message)).toEqual({ state: 'taken' });
      await registry.answerMessage({ ...message, answer: 1 });
      await registry.returnMessage(message);
      expect(await registry.takeMessage(message)).toEqual({ state: 'answered', answer: 1 });
      setNow('2030-02-02T00:00:00Z');
      expect(await registry.takeMessage(message)).toEqual({ state: 'taken' });
    });
  });
}
