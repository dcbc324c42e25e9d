import { describe, expect, it } from 'vitest';
import {
  accepted,
  ana,
  canary,
  freshModel,
  kindsOf,
  liveModel,
  newVersion,
  openRun,
  type RegistryUnderTest,
  refusal,
  statesOf,
} from './registry-fixtures.ts';

const why = { by: ana, reason: 'watch it for a month' } as const;

export function describeShadows(underTest: () => RegistryUnderTest): void {
  describe('standing shadows', () => {
    it('are several at once, change no state of a version, and are told by the history', async () => {
      const { registry } = underTest();
      const model = await liveModel(registry, 3);
      accepted(await registry.setShadow({ model, version: 3, how: 'add', ...why }));
      const both = accepted(await registry.setShadow({ model, version: 2, how: 'add', ...why }));
      expect(both).toMatchObject({ stable: 1, shadow: null, shadows: [2, 3], rollout: null });
      expect(await registry.route(model)).toEqual(both);
      expect(await statesOf(registry, model)).toEqual(['stable', 'challenger', 'challenger']);
      accepted(await registry.setShadow({ model, version: 2, how: 'remove', ...why }));
      const none = accepted(await registry.setShadow({ model, version: 3, how: 'remove', ...why }));
      expect(none.shadows).toBeUndefined();
      expect((await kindsOf(registry, model)).filter((kind) => kind.startsWith('route.shadow'))).toEqual([
        ...['route.shadow-added', 'route.shadow-added', 'route.shadow-removed', 'route.shadow-removed'],
      ]);
    });

    it('stay through a rollout, until one of them answers all requests itself', async () => {
      const { registry } = underTest();
      const model = await liveModel(registry, 3);
      for (const version of [2, 3]) accepted(await registry.setShadow({ model, version, how: 'add', ...why }));
      const phase = { ...canary(model, 2, 'a'), phase: 'shadow', weight: 0 } as const;
      expect(accepted(await registry.setRollout(phase))).toMatchObject({ shadow: 2, shadows: [2, 3] });
      expect(accepted(await registry.setRollout(canary(model, 2, 'a')))).toMatchObject({ canary: 2, shadows: [2, 3] });
      const promoted = await registry.promote({ model, version: 2, rollout: 'a', by: ana, reason: 'all gates' });
      expect(accepted(promoted)).toMatchObject({ stable: 2, shadows: [3] });
      expect(await registry.liveAt(model, '2999-01-01T00:00:00Z')).toMatchObject({ stable: 2, shadows: [3] });
    });

    it('are added and removed once, however often it is asked for', async () => {
      const { registry } = underTest();
      const model = await liveModel(registry, 2);
      const added = accepted(await registry.setShadow({ model, version: 2, how: 'add', ...why }));
      expect(accepted(await registry.setShadow({ model, version: 2, how: 'add', ...why }))).toEqual(added);
      const removed = accepted(await registry.setShadow({ model, version: 2, how: 'remove', ...why }));
      expect(accepted(await registry.setShadow({ model, version: 2, how: 'remove', ...why }))).toEqual(removed);
    });

    it('are neither the stable version, nor unknown, nor more than four, nor decided on an old route', async () => {
      const { registry } = underTest();
      const model = await liveModel(registry, 6);
      const add = (version: number) => registry.setShadow({ model, version, how: 'add', ...why });
      expect(refusal(await add(1))).toContain('version 1 is the stable version');
      await expect(add(9)).rejects.toMatchObject({ code: 'PRN-REGISTRY-003' });
      for (const version of [2, 3, 4, 5]) accepted(await add(version));
      expect(refusal(await add(6))).toContain('4 is the most');
      const stale = await registry.setShadow({ model, version: 2, how: 'remove', expectedRev: 1, ...why });
      expect(refusal(stale)).toContain('it has moved on');
    });

    it('need a stable version, whose requests they see', async () => {
      const { registry } = underTest();
      const model = await freshModel(registry);
      const { run } = await openRun(registry, model);
      await registry.addVersion(newVersion(model, run, 'boosted'));
      const added = await registry.setShadow({ model, version: 1, how: 'add', ...why });
      expect(refusal(added)).toContain('no stable version yet');
    });
  });
}
