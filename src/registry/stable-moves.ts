import {
  type Decision,
  noRollout,
  type RolloutStanding,
  refused,
  type Standing,
  same,
  type Transition,
} from './moves.ts';
import { notOwner } from './rollout-moves.ts';
import { mayMove, type VersionState } from './transitions.ts';

/** The first version of a model needs no rollout: there is nothing to compare it with. */
export function decideFirst({ route, states }: Standing, move: { readonly version: number }): Decision {
  if (route.stable === move.version) return same;
  if (route.stable !== null) return refused(`version ${route.stable} is stable: another one needs a rollout`);
  const from = states[move.version];
  if ((from !== 'candidate' && from !== 'challenger') || !mayMove(from, 'stable')) {
    return refused(`version ${move.version} is ${from} and may not become stable`);
  }
  return {
    kind: 'change',
    live: { stable: move.version, ...noRollout },
    versions: [{ version: move.version, from, to: 'stable', forced: false }],
    rollout: null,
    event: { kind: 'route.stable', version: move.version },
  };
}

/**
 * Canary becomes stable, the old stable version deprecated. With `bakeUntil` (the end of a lease) the rollout keeps the route, and the old
 * version sees copies of all requests until the bake ends, or it is restored.
 */
export function decidePromotion(
  { route, states, rollout }: Standing,
  move: { readonly version: number; readonly rollout: string; readonly bakeUntil?: string | null },
): Decision {
  if (rollout?.state === 'promoted' && rollout.version === move.version) return same;
  if (route.rollout !== move.rollout) return refused(notOwner(route.rollout, move.rollout));
  if (route.canary !== move.version)
    return refused(`version ${move.version} is not the canary of rollout ${move.rollout}`);
  if (route.halted !== null) return refused(`a gateway halted rollout ${move.rollout}: ${route.halted}`);
  const from = states[move.version];
  if (from !== 'canary') return refused(`version ${move.version} is ${from}, not canary`);
  const old: Transition[] = route.stable === null ? [] : [leaving(route.stable, 'deprecated')];
  const leaseUntil = move.bakeUntil ?? null;
  const baking = { ...noRollout, shadow: route.stable, rollout: move.rollout, leaseUntil };
  return {
    kind: 'change',
    live: { stable: move.version, ...(leaseUntil === null ? noRollout : baking) },
    versions: [...old, { version: move.version, from, to: 'stable', forced: false }],
    rollout: { rollout: move.rollout, version: move.version, state: 'promoted' },
    event: { kind: 'route.stable', version: move.version },
  };
}

/** The old version is not needed any more: copies and lease end, and other rollouts may begin. */
export function decideBaked(
  { route, rollout }: Standing,
  move: { readonly version: number; readonly rollout: string },
): Decision {
  if (route.rollout !== move.rollout)
    return rollout?.state === 'promoted' ? same : refused(notOwner(route.rollout, move.rollout));
  if (!isBaking(route, move.version)) return refused(`rollout ${move.rollout} does not bake version ${move.version}`);
  return {
    kind: 'change',
    live: { stable: route.stable, ...noRollout },
    versions: [],
    rollout: null,
    event: { kind: 'route.baked', version: move.version },
  };
}

/** The bake found what the canary had not: the old version, which has been answering copies all the while, is stable again. */
export function decideRestore(
  { route, states, rollout }: Standing,
  move: { readonly version: number; readonly rollout: string },
): Decision {
  if (rollout?.state === 'withdrawn' && rollout.version === move.version) return same;
  if (route.rollout !== move.rollout) return refused(notOwner(route.rollout, move.rollout));
  const { shadow: old } = route;
  if (old === null || !isBaking(route, move.version))
    return refused(`rollout ${move.rollout} does not bake version ${move.version}`);
  const from = states[old];
  if (from !== 'deprecated') return refused(`version ${old} is ${from}: it cannot be restored`);
  return {
    kind: 'change',
    live: { stable: old, ...noRollout },
    versions: [leaving(move.version, 'failed'), { version: old, from, to: 'stable', forced: false }],
    rollout: { rollout: move.rollout, version: move.version, state: 'withdrawn' },
    event: { kind: 'route.rolled-back', version: old },
  };
}

/**
 * Stable goes back to `to`. A rollout that is under way was measured against the version that leaves, so it ends too: its version
 * becomes a challenger again. A failed version comes back only when it was named (`byName`).
 */
export function decideRollBack(
  standing: Standing,
  move: { readonly to: number | null; readonly byName: boolean },
): Decision {
  const { route, states } = standing;
  const { to, byName } = move;
  if (route.stable === null) return refused('there is no stable version to leave');
  if (to === null) return refused(`there is no deprecated version to go back to from version ${route.stable}`);
  if (to === route.stable) return same;
  const from = states[to];
  const restorable = from === 'deprecated' || (byName && from === 'failed');
  if (!restorable || !mayMove(from, 'stable', byName))
    return refused(`version ${to} is ${from}: it cannot be restored`);
  const guest = route.canary ?? route.shadow;
  const guestState = guest === null ? undefined : states[guest];
  // In a bake the guest is the old version, which has left already.
  const leavingGuest: Transition[] =
    guest === null || guestState === undefined || guestState === 'deprecated'
      ? []
      : [{ version: guest, from: guestState, to: 'challenger', forced: false }];
  return {
    kind: 'change',
    live: { stable: to, ...noRollout },
    versions: [
      ...leavingGuest,
      leaving(route.stable, 'failed'),
      { version: to, from, to: 'stable', forced: from === 'failed' },
    ],
    rollout: ended(standing),
    event: { kind: 'route.rolled-back', version: to },
  };
}

function isBaking({ stable, canary }: Standing['route'], version: number): boolean {
  return stable === version && canary === null;
}

function leaving(version: number, to: VersionState): Transition {
  return { version, from: 'stable', to, forced: false };
}

function ended({ rollout, route }: Standing): RolloutStanding | null {
  if (rollout === null) return null;
  const baking = rollout.state === 'promoted' && route.rollout === rollout.rollout;
  return rollout.state === 'open' || baking ? { ...rollout, state: 'withdrawn' } : null;
}
