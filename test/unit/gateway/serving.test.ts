import { describe, expect, it } from 'vitest';
import { planServing, servingAt } from '../../../src/gateway/serving.ts';
import type { Route } from '../../../src/registry/registry.ts';

const lease = '2026-03-01T12:00:30.000Z';
const before = Date.parse('2026-03-01T12:00:00.000Z');
const route: Route = {
  model: 'm',
  segment: '',
  rev: 4,
  stable: 1,
  canary: 2,
  weight: 0.05,
  shadow: null,
  rollout: 'r7',
  leaseUntil: lease,
  halted: null,
};
const loaded = (): boolean => true;

describe('planServing', () => {
  it('gives the canary its share while the lease holds', () => {
    const serving = servingAt(planServing(route, loaded, null), before);
    expect(serving).toMatchObject({ stable: 1, canary: 2, share: 0.05, rollout: 'r7' });
  });

  it('gives everything to the stable version from the instant the lease ends', () => {
    const serving = servingAt(planServing(route, loaded, null), Date.parse(lease));
    expect(serving).toMatchObject({ stable: 1, canary: null, shadow: null, share: 0, rollout: null });
    expect(serving.why).toContain('lease expired');
  });

  it('gives nothing to a challenger without a lease', () => {
    expect(servingAt(planServing({ ...route, leaseUntil: null }, loaded, null), before).canary).toBeNull();
  });

  it('gives everything to the stable version when the registry halted the rollout', () => {
    const serving = servingAt(planServing({ ...route, halted: 'errors' }, loaded, null), before);
    expect(serving).toMatchObject({ canary: null, share: 0, rollout: null });
  });

  it('gives everything to the stable version when this gateway halted the rollout, whatever the registry says', () => {
    const serving = servingAt(planServing(route, loaded, '10 failures in a row'), before);
    expect(serving.canary).toBeNull();
    expect(serving.why).toContain('10 failures in a row');
  });

  it('gives nothing to a challenger that is not loaded', () => {
    expect(
      servingAt(
        planServing(route, () => false, null),
        before,
      ),
    ).toMatchObject({ canary: null, share: 0 });
  });

  it('mirrors to a shadow at share 0', () => {
    const shadowed = { ...route, canary: null, weight: 0, shadow: 3 };
    expect(servingAt(planServing(shadowed, loaded, null), before)).toMatchObject({
      shadow: 3,
      share: 0,
      rollout: 'r7',
    });
  });
});
