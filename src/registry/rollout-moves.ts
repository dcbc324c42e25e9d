import {
  type Decision,
  type Live,
  noRollout,
  refused,
  type Standing,
  same,
  sameInstant,
  type Transition,
} from './moves.ts';
import { mayMove } from './transitions.ts';

export interface RolloutMove {
  readonly version: number;
  readonly rollout: string;
  readonly phase: 'shadow' | 'canary';
  readonly weight: number;
  readonly leaseUntil: string;
  readonly force?: boolean;
  /** Becomes stable with the first step, where nothing is: see {@link standInName}. */
  readonly standIn?: number;
}

/** Starts a rollout, brings it from shadow to canary, or changes its weight. */
export function decideRollout(standing: Standing, move: RolloutMove): Decision {
  const { route, states } = standing;
  const why = obstacle(standing, move);
  if (why !== null) return refused(why);
  const from = states[move.version];
  const forced = move.force ?? false;
  const standIn = route.stable === null ? standingIn(standing, move) : [];
  if (standIn === null) return refused(`version ${move.standIn} cannot stand in for the stable version`);
  if (from === undefined) return refused(`version ${move.version} does not exist`);
  const moves = from !== move.phase;
  if (moves && !mayMove(from, move.phase, forced)) {
    return refused(
      `version ${move.version} is ${from} and may not become ${move.phase}${forced ? '' : ' without force'}`,
    );
  }
  const live = inRollout(standing, move);
  const shifts = moves || live.weight !== route.weight;
  if (!shifts && sameInstant(live.leaseUntil, route.leaseUntil)) return same;
  return {
    kind: 'change',
    live,
    versions: [...standIn, ...(moves ? [{ version: move.version, from, to: move.phase, forced }] : [])],
    rollout: { rollout: move.rollout, version: move.version, state: 'open' },
    event: shifts ? { kind: moves ? `route.${move.phase}` : 'route.weight', version: move.version } : null,
  };
}

/** Takes canary or shadow off the route. */
export function decideWithdrawal(
  { route, states, rollout }: Standing,
  move: { readonly version: number; readonly rollout: string; readonly to: 'failed' | 'rejected' | 'challenger' },
): Decision {
  if (rollout?.state === 'withdrawn' && rollout.version === move.version) return same;
  if (route.rollout !== move.rollout) return refused(notOwner(route.rollout, move.rollout));
  if (route.canary !== move.version && route.shadow !== move.version) {
    return refused(`rollout ${move.rollout} does not carry version ${move.version}`);
  }
  const from = states[move.version];
  if (from === undefined || !mayMove(from, move.to))
    return refused(`version ${move.version} is ${from}, not in a rollout`);
  return {
    kind: 'change',
    live: { stable: route.stable, ...noRollout },
    versions: [{ version: move.version, from, to: move.to, forced: false }],
    rollout: { rollout: move.rollout, version: move.version, state: 'withdrawn' },
    event: { kind: 'route.withdrawn', version: move.version },
  };
}

/** A gateway's own emergency stop: several gateways say it, the first one is heard. */
export function decideHalt({ route }: Standing, move: { readonly rollout: string; readonly reason: string }): Decision {
  const version = route.canary ?? route.shadow;
  if (route.rollout !== move.rollout || route.halted !== null || version === null) return same;
  return {
    kind: 'change',
    live: { ...liveOf(route), weight: 0, halted: move.reason },
    versions: [],
    rollout: null,
    event: { kind: 'route.halted', version },
  };
}

export function decideRenewal(
  { route }: Standing,
  move: { readonly rollout: string; readonly leaseUntil: string },
): Decision {
  if (route.rollout !== move.rollout) return refused(notOwner(route.rollout, move.rollout));
  if (sameInstant(route.leaseUntil, move.leaseUntil)) return same;
  return {
    kind: 'change',
    live: { ...liveOf(route), leaseUntil: move.leaseUntil },
    versions: [],
    rollout: null,
    event: null,
  };
}

export function notOwner(owner: string | null, rollout: string): string {
  return owner === null ? `rollout ${rollout} is not on the route` : `rollout ${owner} owns the route`;
}

function obstacle({ route, rollout, standIns }: Standing, move: RolloutMove): string | null {
  if (route.stable === null && move.standIn === undefined)
    return 'there is no stable version yet: the first one is promoted without a rollout';
  if (standIns.includes(move.version)) return `version ${move.version} only stands in for the global model's champion`;
  if (route.stable === move.version) return `version ${move.version} is the stable version`;
  if (route.rollout !== null && route.rollout !== move.rollout) return notOwner(route.rollout, move.rollout);
  if (rollout !== null && rollout.state !== 'open') return `rollout ${move.rollout} was already ${rollout.state}`;
  if (rollout !== null && rollout.version !== move.version) {
    return `rollout ${move.rollout} carries version ${rollout.version}`;
  }
  // Also not by force: a forced rollout sends it with every step, and would raise the weight before it has heard of the stop.
  if (route.halted !== null) return `a gateway halted rollout ${move.rollout}: ${route.halted}`;
  return null;
}

function standingIn({ states, standIns }: Standing, { standIn }: RolloutMove): readonly Transition[] | null {
  const from = standIn === undefined || !standIns.includes(standIn) ? undefined : states[standIn];
  // Whatever became of it in an earlier rollout: the global model answers with the same file at this moment.
  if (standIn === undefined || from === undefined || !mayMove(from, 'stable', true)) return null;
  return [{ version: standIn, from, to: 'stable', forced: from === 'failed' }];
}

function inRollout({ route }: Standing, move: RolloutMove): Live {
  const canary = move.phase === 'canary';
  return {
    stable: route.stable ?? move.standIn ?? null,
    canary: canary ? move.version : null,
    weight: canary ? move.weight : 0,
    shadow: canary ? null : move.version,
    rollout: move.rollout,
    leaseUntil: move.leaseUntil,
    halted: null,
  };
}

function liveOf({ stable, canary, weight, shadow, rollout, leaseUntil, halted }: Live): Live {
  return { stable, canary, weight, shadow, rollout, leaseUntil, halted };
}
