import { describe, expect, it } from 'vitest';
import {
  accepted,
  ana,
  canary,
  freshModel,
  kindsOf,
  leaseUntil,
  liveModel,
  newVersion,
  openRun,
  type RegistryUnderTest,
  refusal,
  statesOf,
} from './registry-fixtures.ts';

export function describeRollouts(underTest: () => RegistryUnderTest): void {
  describe('the first stable version', () => describeFirst(underTest));
  describe('rollouts', () => describeSteps(underTest));
  describe('the end of a rollout', () => describeEnds(underTest));
  describe('a bake', () => describeBakes(underTest));
  describe('going back', () => describeRollBack(underTest));
}

function describeFirst(underTest: () => RegistryUnderTest): void {
  it('has an empty route before', async () => {
    const { registry } = underTest();
    const model = await freshModel(registry);
    expect(await registry.route(model)).toEqual({
      ...{ model, segment: 'all', rev: 0, stable: null, canary: null, weight: 0, shadow: null },
      ...{ rollout: null, leaseUntil: null, halted: null },
    });
    expect((await registry.routes()).map((route) => route.model)).toContain(model);
  });

  it('needs no rollout, and only the first one', async () => {
    const { registry } = underTest();
    const model = await liveModel(registry, 2);
    const first = { model, version: 1, run: `${model}-r1`, by: ana, reason: 'first' };
    expect(accepted(await registry.promoteFirst(first))).toMatchObject({ stable: 1, rev: 1 });
    expect(refusal(await registry.promoteFirst({ ...first, version: 2 }))).toContain('version 1 is stable');
    expect(await statesOf(registry, model)).toEqual(['stable', 'challenger']);
  });

  it('must be there before a rollout', async () => {
    const { registry } = underTest();
    const model = await freshModel(registry);
    const { run } = await openRun(registry, model);
    await registry.addVersion(newVersion(model, run, 'boosted'));
    expect(refusal(await registry.setRollout(canary(model, 1, 'a')))).toContain('no stable version');
  });
}

function describeSteps(underTest: () => RegistryUnderTest): void {
  it('goes from shadow through weights to stable', async () => {
    const { registry } = underTest();
    const model = await liveModel(registry, 2);
    const shadow = { ...canary(model, 2, 'a'), phase: 'shadow', weight: 0 } as const;
    expect(accepted(await registry.setRollout(shadow))).toMatchObject({
      shadow: 2,
      canary: null,
      weight: 0,
      leaseUntil,
    });
    expect(accepted(await registry.setRollout(canary(model, 2, 'a')))).toMatchObject({
      shadow: null,
      canary: 2,
      weight: 0.05,
    });
    expect(accepted(await registry.setRollout(canary(model, 2, 'a', 1)))).toMatchObject({ canary: 2, weight: 1 });
    const promotion = { model, version: 2, rollout: 'a', by: ana, reason: 'all gates' };
    const route = accepted(await registry.promote(promotion));
    expect(route).toMatchObject({ stable: 2, canary: null, weight: 0, shadow: null, rollout: null, leaseUntil: null });
    expect(accepted(await registry.promote(promotion))).toEqual(route);
    expect(await statesOf(registry, model)).toEqual(['deprecated', 'stable']);
    expect((await kindsOf(registry, model)).filter((kind) => kind.startsWith('route.'))).toEqual([
      ...['route.stable', 'route.shadow', 'route.canary', 'route.weight', 'route.stable'],
    ]);
  });

  it('repeats a step without a second event or revision', async () => {
    const { registry } = underTest();
    const model = await liveModel(registry, 2);
    const first = accepted(await registry.setRollout(canary(model, 2, 'a')));
    const events = await registry.events(model);
    expect(accepted(await registry.setRollout(canary(model, 2, 'a')))).toEqual(first);
    expect(await registry.events(model)).toEqual(events);
  });

  it('belongs to one rollout at a time', async () => {
    const { registry } = underTest();
    const model = await liveModel(registry, 3);
    accepted(await registry.setRollout(canary(model, 2, 'a')));
    expect(refusal(await registry.setRollout(canary(model, 3, 'b')))).toContain('rollout a owns the route');
    expect(refusal(await registry.setRollout(canary(model, 3, 'a')))).toContain('rollout a carries version 2');
    const foreign = { model, version: 2, rollout: 'b', by: ana, reason: '' };
    expect(refusal(await registry.promote(foreign))).toContain('rollout a owns the route');
    expect(refusal(await registry.withdraw({ ...foreign, to: 'failed' }))).toContain('rollout a owns the route');
    expect(refusal(await registry.renewLease(model, 'b', leaseUntil))).toContain('rollout a owns the route');
  });

  it('takes a rejected version only by force, and remembers the force', async () => {
    const { registry } = underTest();
    const model = await liveModel(registry, 2);
    await registry.moveVersion({ model, version: 2, to: 'rejected', by: ana, reason: 'gates' });
    expect(refusal(await registry.setRollout(canary(model, 2, 'a')))).toContain('without force');
    accepted(await registry.setRollout({ ...canary(model, 2, 'a'), force: true }));
    const event = (await registry.events(model)).find(({ kind }) => kind === 'version.canary');
    expect(event?.details).toEqual({ from: 'rejected', forced: true });
  });

  it('renews the lease with a new revision and no event', async () => {
    const { registry } = underTest();
    const model = await liveModel(registry, 2);
    const { rev } = accepted(await registry.setRollout(canary(model, 2, 'a')));
    const events = await registry.events(model);
    const later = '2031-01-01T00:05:00.000Z';
    expect(accepted(await registry.renewLease(model, 'a', later))).toMatchObject({ leaseUntil: later, rev: rev + 1 });
    expect(await registry.events(model)).toEqual(events);
  });

  it('refuses a move that was decided on an older revision', async () => {
    const { registry } = underTest();
    const model = await liveModel(registry, 2);
    const { rev } = await registry.route(model);
    const route = accepted(await registry.setRollout({ ...canary(model, 2, 'a'), expectedRev: rev }));
    const late = await registry.setRollout({ ...canary(model, 2, 'a', 0.5), expectedRev: rev });
    expect(late).toEqual({
      ok: false,
      why: expect.stringContaining(`revision ${rev + 1}, not ${rev}`),
      current: route,
    });
  });

  it.each([-0.1, 1.5, Number.NaN])('refuses the weight %s', async (weight) => {
    const { registry } = underTest();
    const model = await liveModel(registry, 2);
    const move = registry.setRollout(canary(model, 2, 'a', weight));
    await expect(move).rejects.toMatchObject({ code: 'PRN-REGISTRY-005' });
  });
}

function describeEnds(underTest: () => RegistryUnderTest): void {
  it.each(['failed', 'rejected', 'challenger'] as const)('takes the canary off the route as %s', async (to) => {
    const { registry } = underTest();
    const model = await liveModel(registry, 2);
    accepted(await registry.setRollout(canary(model, 2, 'a')));
    const withdrawal = { model, version: 2, rollout: 'a', to, by: ana, reason: 'errors' } as const;
    const route = accepted(await registry.withdraw(withdrawal));
    expect(route).toMatchObject({ stable: 1, canary: null, weight: 0, rollout: null });
    expect(accepted(await registry.withdraw(withdrawal))).toEqual(route);
    expect(await statesOf(registry, model)).toEqual(['stable', to]);
  });

  it('does not let an ended rollout come back', async () => {
    const { registry } = underTest();
    const model = await liveModel(registry, 2);
    accepted(await registry.setRollout(canary(model, 2, 'a')));
    accepted(await registry.withdraw({ model, version: 2, rollout: 'a', to: 'challenger', by: ana, reason: '' }));
    expect(refusal(await registry.setRollout(canary(model, 2, 'a', 1)))).toContain('already withdrawn');
    expect(refusal(await registry.promote({ model, version: 2, rollout: 'a', by: ana, reason: '' }))).toContain(
      'not on',
    );
  });

  it('hears the first gateway that halts a rollout, which can then only be withdrawn', async () => {
    const { registry } = underTest();
    const model = await liveModel(registry, 2);
    const gateway = { name: 'gateway-1', via: 'gateway' } as const;
    accepted(await registry.setRollout(canary(model, 2, 'a', 0.5)));
    await registry.haltRollout(model, 'a', 'errors 40 %', gateway);
    await registry.haltRollout(model, 'a', 'errors 41 %', gateway);
    await registry.haltRollout(model, 'other', 'not mine', gateway);
    expect(await registry.route(model)).toMatchObject({ canary: 2, weight: 0, halted: 'errors 40 %' });
    expect(refusal(await registry.setRollout(canary(model, 2, 'a', 1)))).toContain('errors 40 %');
    expect(refusal(await registry.promote({ model, version: 2, rollout: 'a', by: ana, reason: '' }))).toContain(
      'halted',
    );
    const forced = { ...canary(model, 2, 'a', 1), force: true };
    expect(refusal(await registry.setRollout(forced))).toContain('errors 40 %');
    expect((await kindsOf(registry, model)).filter((kind) => kind === 'route.halted')).toHaveLength(1);
    const end = { model, version: 2, rollout: 'a', to: 'failed', by: ana, reason: 'halted' } as const;
    expect(accepted(await registry.withdraw(end))).toMatchObject({ canary: null, halted: null });
  });
}

function describeBakes(underTest: () => RegistryUnderTest): void {
  async function baking(): Promise<string> {
    const { registry } = underTest();
    const model = await liveModel(registry, 3);
    accepted(await registry.setRollout(canary(model, 2, 'a')));
    const promotion = { model, version: 2, rollout: 'a', by: ana, reason: '', bakeUntil: leaseUntil };
    expect(accepted(await registry.promote(promotion))).toMatchObject({
      stable: 2,
      shadow: 1,
      rollout: 'a',
      leaseUntil,
    });
    expect(refusal(await registry.setRollout(canary(model, 3, 'b')))).toContain('rollout a owns the route');
    return model;
  }
  const end = { version: 2, rollout: 'a', by: ana, reason: 'baked' } as const;

  it('keeps the old version on the route until the bake ends', async () => {
    const { registry } = underTest();
    const model = await baking();
    accepted(await registry.renewLease(model, 'a', '2031-01-01T00:05:00.000Z'));
    const kept = accepted(await registry.endBake({ model, ...end, how: 'keep' }));
    expect(kept).toMatchObject({ stable: 2, shadow: null, rollout: null, leaseUntil: null });
    expect(accepted(await registry.endBake({ model, ...end, how: 'keep' }))).toEqual(kept);
    expect(await statesOf(registry, model)).toEqual(['deprecated', 'stable', 'challenger']);
    expect(refusal(await registry.endBake({ model, ...end, how: 'restore' }))).toContain('not on the route');
  });

  it('restores it in one move', async () => {
    const { registry } = underTest();
    const model = await baking();
    const restored = accepted(await registry.endBake({ model, ...end, how: 'restore' }));
    expect(restored).toMatchObject({ stable: 1, shadow: null, rollout: null });
    expect(accepted(await registry.endBake({ model, ...end, how: 'restore' }))).toEqual(restored);
    expect(await statesOf(registry, model)).toEqual(['stable', 'failed', 'challenger']);
  });

  it('ends with a roll-back by hand', async () => {
    const { registry } = underTest();
    const model = await baking();
    expect(accepted(await registry.rollBack({ model, by: ana, reason: 'complaints' }))).toMatchObject({
      stable: 1,
      shadow: null,
    });
    expect(await statesOf(registry, model)).toEqual(['stable', 'failed', 'challenger']);
    expect(refusal(await registry.renewLease(model, 'a', leaseUntil))).toContain('not on the route');
  });
}

function describeRollBack(underTest: () => RegistryUnderTest): void {
  async function promoted(count: number, upTo: number): Promise<string> {
    const { registry } = underTest();
    const model = await liveModel(registry, count);
    for (let version = 2; version <= upTo; version += 1) {
      accepted(await registry.setRollout(canary(model, version, `to-${version}`)));
      accepted(await registry.promote({ model, version, rollout: `to-${version}`, by: ana, reason: '' }));
    }
    return model;
  }

  it('returns to the version that was stable last, and on from there', async () => {
    const { registry } = underTest();
    const model = await promoted(3, 3);
    expect(accepted(await registry.rollBack({ model, by: ana, reason: 'complaints' }))).toMatchObject({ stable: 2 });
    expect(await statesOf(registry, model)).toEqual(['deprecated', 'stable', 'failed']);
    expect(accepted(await registry.rollBack({ model, by: ana, reason: 'more' }))).toMatchObject({ stable: 1 });
    expect(refusal(await registry.rollBack({ model, by: ana, reason: '' }))).toContain('no deprecated version');
  });

  it('goes to a version by name, also one that failed, and only once', async () => {
    const { registry } = underTest();
    const model = await promoted(3, 3);
    accepted(await registry.rollBack({ model, to: 1, by: ana, reason: 'back' }));
    const restored = accepted(await registry.rollBack({ model, to: 3, by: ana, reason: 'was right' }));
    expect(restored).toMatchObject({ stable: 3 });
    expect(accepted(await registry.rollBack({ model, to: 3, by: ana, reason: 'again' }))).toEqual(restored);
    expect(await statesOf(registry, model)).toEqual(['failed', 'deprecated', 'stable']);
  });

  it('ends the rollout that was measured against the version that leaves', async () => {
    const { registry } = underTest();
    const model = await promoted(3, 2);
    accepted(await registry.setRollout(canary(model, 3, 'a', 0.5)));
    const route = accepted(await registry.rollBack({ model, by: ana, reason: 'complaints' }));
    expect(route).toMatchObject({ stable: 1, canary: null, weight: 0, rollout: null });
    expect(await statesOf(registry, model)).toEqual(['stable', 'failed', 'challenger']);
    expect(refusal(await registry.renewLease(model, 'a', leaseUntil))).toContain('not on the route');
    expect(refusal(await registry.setRollout(canary(model, 3, 'a', 1)))).toContain('already withdrawn');
  });

  it('refuses a version that was never live', async () => {
    const { registry } = underTest();
    const model = await promoted(3, 2);
    expect(refusal(await registry.rollBack({ model, to: 3, by: ana, reason: '' }))).toContain('challenger');
  });
}
