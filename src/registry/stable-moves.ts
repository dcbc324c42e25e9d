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

/** Canary becomes stable, the old stable version deprecated. */
export function decidePromotion(
  { route, states, rollout }: Standing,
  move: { readonly version: number; readonly rollout: string },
): Decision {
  if (rollout?.state === 'promoted' && rollout.version === move.version) return same;
  if (route.rollout !== move.rollout) return refused(notOwner(route.rollout, move.rollout));
  if (route.canary !== move.version)
    return refused(`version ${move.version} is not the canary of rollout ${move.rollout}`);
  if (route.halted !== null) return refused(`a gateway halted rollout ${move.rollout}: ${route.halted}`);
  const from = states[move.version];
  if (from !== 'canary') return refused(`version ${move.version} is ${from}, not canary`);
  const old: Transition[] = route.stable === null ? [] : [leaving(route.stable, 'deprecated')];
  return {
    kind: 'change',
    live: { stable: move.version, ...noRollout },
    versions: [...old, { version: move.version, from, to: 'stable', forced: false }],
    rollout: { rollout: move.rollout, version: move.version, state: 'promoted' },
    event: { kind: 'route.stable', version: move.version },
  };
}

/**
 * Stable goes back to `to`. A rollout that is under way was measured against the version that leaves, so it ends too: its version
 * becomes a challenger again. A failed version comes back only when it was named (`byName`).
 */
export function decideRollBack(
  { route, states, rollout }: Standing,
  move: { readonly to: number | null; readonly byName: boolean },
): Decision {
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
  const leavingGuest: Transition[] =
    guest === null || guestState === undefined
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
    rollout: ended(rollout),
    event: { kind: 'route.rolled-back', version: to },
  };
}

function leaving(version: number, to: VersionState): Transition {
  return { version, from: 'stable', to, forced: false };
}

function ended(rollout: RolloutStanding | null): RolloutStanding | null {
  return rollout?.state === 'open' ? { ...rollout, state: 'withdrawn' } : null;
}
