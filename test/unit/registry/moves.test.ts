import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutStandIn } from '../../../src/registry/fallback.ts';
import { type Decision, noRollout, type RolloutStanding, type Standing } from '../../../src/registry/moves.ts';
import { decideHalt, decideRenewal, decideRollout, decideWithdrawal } from '../../../src/registry/rollout-moves.ts';
import {
  decideBaked,
  decideFirst,
  decidePromotion,
  decideRestore,
  decideRollBack,
} from '../../../src/registry/stable-moves.ts';
import { mayMove } from '../../../src/registry/transitions.ts';

const empty: Standing = {
  standIns: [],
  route: { model: 'm', segment: 'all', rev: 0, stable: null, ...noRollout },
  states: { 1: 'challenger', 2: 'challenger', 3: 'rejected', 4: 'candidate' },
  rollout: null,
};

const version = fc.integer({ min: 1, max: 4 });
const rollout = fc.constantFrom('a', 'b', 'c');
const leaseUntil = '2030-01-01T00:00:00Z';

type Step = { readonly rollout: string; readonly decide: (standing: Standing) => Decision };

/** Every kind of call, in any order, also those that make no sense. */
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ version }).map((move) => ({ rollout: 'none', decide: (at: Standing) => decideFirst(at, move) })),
  fc
    .record({
      ...{ version, rollout, phase: fc.constantFrom('shadow', 'canary'), force: fc.boolean() },
      ...{ weight: fc.constantFrom(0, 0.05, 1), leaseUntil: fc.constant(leaseUntil) },
      standIn: fc.constantFrom(undefined, 4),
    })
    .map(({ standIn, ...move }) => ({
      rollout: move.rollout,
      decide: (at: Standing) => decideRollout(at, standIn === undefined ? move : { ...move, standIn }),
    })),
  fc
    .record({ version, rollout, bakeUntil: fc.constantFrom(null, leaseUntil) })
    .map((move) => ({ rollout: move.rollout, decide: (at: Standing) => decidePromotion(at, move) })),
  fc.record({ version, rollout, how: fc.constantFrom(decideBaked, decideRestore) }).map(({ how, ...move }) => ({
    rollout: move.rollout,
    decide: (at: Standing) => how(at, move),
  })),
  fc
    .record({ version, rollout, to: fc.constantFrom('failed', 'rejected', 'challenger') })
    .map((move) => ({ rollout: move.rollout, decide: (at: Standing) => decideWithdrawal(at, move) })),
  fc
    .record({ to: fc.option(version), byName: fc.boolean() })
    .map((move) => ({ rollout: 'of the route', decide: (at: Standing) => decideRollBack(at, move) })),
  rollout.map((name) => ({
    rollout: name,
    decide: (at: Standing) => decideHalt(at, { rollout: name, reason: 'errors' }),
  })),
  rollout.map((name) => ({
    rollout: name,
    decide: (at: Standing) => decideRenewal(at, { rollout: name, leaseUntil }),
  })),
);

/** The registry without a database: what a decision changes, one transition at a time. */
function apply(standing: Standing, decision: Decision, rollouts: Map<string, RolloutStanding>): Standing {
  if (decision.kind !== 'change') return standing;
  const states = { ...standing.states };
  for (const { version: moved, from, to, forced } of decision.versions) {
    expect(states[moved]).toBe(from);
    expect(mayMove(from, to, forced)).toBe(true);
    states[moved] = to;
    expect(Object.values(states).filter((state) => state === 'stable').length).toBeLessThan(2);
  }
  if (decision.rollout !== null) rollouts.set(decision.rollout.rollout, decision.rollout);
  const route = { ...standing.route, ...decision.live, rev: standing.route.rev + 1 };
  return { ...standing, route, states };
}

describe('moves of a route', () => {
  it.each([
    ['of a model', []],
    ['of a segment, whose version 4 stands in for the global champion', [4]],
  ])('keep route and versions in step after any calls in any order: %s', (_whose, standIns) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const rollouts = new Map<string, RolloutStanding>();
        let standing: Standing = { ...empty, standIns };
        for (const { rollout: named, decide } of steps) {
          const name = named === 'of the route' ? standing.route.rollout : named;
          const seen = { ...standing, rollout: rollouts.get(name ?? '') ?? null };
          const wasLive = standing.route.stable !== null;
          standing = apply(standing, withoutStandIn(seen, decide(seen)), rollouts);
          const { route, states } = standing;
          const inState = (state: string) =>
            Object.keys(states)
              .map(Number)
              .filter((number) => states[number] === state);
          expect(inState('stable')).toEqual(route.stable === null ? [] : [route.stable]);
          expect(inState('canary')).toEqual(route.canary === null ? [] : [route.canary]);
          const baking = route.shadow !== null && states[route.shadow] === 'deprecated';
          expect(inState('shadow')).toEqual(route.shadow === null || baking ? [] : [route.shadow]);
          if (baking) expect([route.canary, rollouts.get(route.rollout ?? '')?.state]).toEqual([null, 'promoted']);
          if (wasLive && standIns.length === 0) expect(route.stable).not.toBeNull();
          if (route.stable !== null && standIns.includes(route.stable)) expect(route.rollout).not.toBeNull();
          if (route.canary === null) expect(route.weight).toBe(0);
          if (route.halted !== null) expect(route.weight).toBe(0);
        }
      }),
      { seed: 11, numRuns: 2_000 },
    );
  });

  it('are decided the same way when they are repeated at once', () => {
    const live: Standing = { ...empty, route: { ...empty.route, stable: 1 }, states: { ...empty.states, 1: 'stable' } };
    const move = { version: 2, rollout: 'a', phase: 'canary', weight: 0.05, leaseUntil } as const;
    const rollouts = new Map<string, RolloutStanding>();
    const after = apply(live, decideRollout(live, move), rollouts);
    expect(decideRollout({ ...after, rollout: rollouts.get('a') ?? null }, move)).toEqual({ kind: 'same' });
  });

  it('keep the old version beside a promoted one until its bake ends, and restore it once', () => {
    const rollouts = new Map<string, RolloutStanding>();
    const at = (standing: Standing): Standing => ({ ...standing, rollout: rollouts.get('a') ?? null });
    const canary = { ...noRollout, canary: 2, weight: 0.5, rollout: 'a', leaseUntil };
    const before: Standing = {
      ...empty,
      route: { ...empty.route, stable: 1, ...canary },
      states: { ...empty.states, 1: 'stable', 2: 'canary' },
      rollout: null,
    };
    const baking = apply(
      before,
      decidePromotion(at(before), { version: 2, rollout: 'a', bakeUntil: leaseUntil }),
      rollouts,
    );
    expect(baking.route).toMatchObject({ stable: 2, canary: null, shadow: 1, rollout: 'a', leaseUntil });
    expect(decideRenewal(at(baking), { rollout: 'a', leaseUntil: '2031-01-01T00:00:00Z' }).kind).toBe('change');
    const move = { version: 2, rollout: 'a' };
    const restored = apply(baking, decideRestore(at(baking), move), rollouts);
    expect(restored).toMatchObject({
      route: { stable: 1, shadow: null, rollout: null },
      states: { 1: 'stable', 2: 'failed' },
    });
    expect(decideRestore(at(restored), move)).toEqual({ kind: 'same' });
    expect(decideBaked(at(restored), move)).toMatchObject({ kind: 'refused' });
    rollouts.set('a', { rollout: 'a', version: 2, state: 'promoted' });
    const kept = apply(baking, decideBaked(at(baking), move), rollouts);
    expect(kept).toMatchObject({ route: { stable: 2, shadow: null, rollout: null }, states: { 1: 'deprecated' } });
    expect(decideBaked(at(kept), move)).toEqual({ kind: 'same' });
    expect(decideRestore(at(kept), move)).toMatchObject({ kind: 'refused' });
  });

  it('put what stands in for the global champion beside a segment’s first version, and take it away with it', () => {
    const rollouts = new Map<string, RolloutStanding>();
    const at = (standing: Standing): Standing => ({ ...standing, rollout: rollouts.get('a') ?? null });
    const segment: Standing = { ...empty, standIns: [4] };
    const move = { version: 1, rollout: 'a', phase: 'canary', weight: 0.05, leaseUntil } as const;
    expect(decideRollout(segment, move)).toMatchObject({ kind: 'refused' });
    expect(decideRollout(segment, { ...move, standIn: 2 })).toMatchObject({ kind: 'refused' });
    const begun = apply(segment, decideRollout(at(segment), { ...move, standIn: 4 }), rollouts);
    expect(begun).toMatchObject({ route: { stable: 4, canary: 1 }, states: { 1: 'canary', 4: 'stable' } });
    const end = (decision: Decision) => apply(begun, withoutStandIn(at(begun), decision), new Map());
    expect(end(decideWithdrawal(at(begun), { version: 1, rollout: 'a', to: 'failed' }))).toMatchObject({
      ...{ route: { stable: null, rollout: null }, states: { 1: 'failed', 4: 'deprecated' } },
    });
    const promoted = end(decidePromotion(at(begun), { version: 1, rollout: 'a' }));
    expect(promoted).toMatchObject({ route: { stable: 1 }, states: { 1: 'stable', 4: 'deprecated' } });
    const back = withoutStandIn(promoted, decideRollBack(promoted, { to: 4, byName: false }));
    expect(apply(promoted, back, new Map())).toMatchObject({ route: { stable: null }, states: { 1: 'failed' } });
  });

  it('do not force a version by themselves', () => {
    const live: Standing = { ...empty, route: { ...empty.route, stable: 1 }, states: { ...empty.states, 1: 'stable' } };
    const move = { version: 3, rollout: 'a', phase: 'shadow', weight: 0, leaseUntil } as const;
    expect(decideRollout(live, move)).toMatchObject({ kind: 'refused', why: expect.stringContaining('rejected') });
    expect(decideRollout(live, { ...move, force: true })).toMatchObject({
      versions: [{ version: 3, from: 'rejected', to: 'shadow', forced: true }],
    });
  });
});
