import type { Route } from './registry.ts';
import type { VersionState } from './transitions.ts';

/** A rollout as the registry remembers it, also after it has left the route. */
export interface RolloutStanding {
  readonly rollout: string;
  readonly version: number;
  readonly state: 'open' | 'promoted' | 'withdrawn';
}

/** Everything that a move is decided on, read under the lock of the route. */
export interface Standing {
  readonly route: Route;
  /** States of the versions that the route or the move names. */
  readonly states: Readonly<Record<number, VersionState>>;
  /** Those of them that stand in for the champion of a global model. */
  readonly standIns: readonly number[];
  /** The rollout that the move names (for a roll-back: the one on the route); null when there is none. */
  readonly rollout: RolloutStanding | null;
}

export interface Transition {
  readonly version: number;
  readonly from: VersionState;
  readonly to: VersionState;
  readonly forced: boolean;
}

/** The part of a route that a move sets; standing shadows that it does not name stay. */
export type Live = Omit<Route, 'model' | 'segment' | 'rev'>;

/** Kinds of events that carry the full new route; what was live at an instant is read from them alone. */
export const routeEventKinds = [
  'route.stable',
  'route.shadow',
  'route.canary',
  'route.weight',
  'route.withdrawn',
  'route.halted',
  'route.rolled-back',
  'route.baked',
  'route.shadow-added',
  'route.shadow-removed',
] as const;

export type RouteEventKind = (typeof routeEventKinds)[number];

export type Decision =
  | {
      readonly kind: 'change';
      readonly live: Live;
      /** In the order in which they must be written: at no moment may two versions be stable. */
      readonly versions: readonly Transition[];
      readonly rollout: RolloutStanding | null;
      /** Null when only the lease changed, which is no history. */
      readonly event: { readonly kind: RouteEventKind; readonly version: number } | null;
    }
  /** The move has happened before: its repetition changes nothing. */
  | { readonly kind: 'same' }
  | { readonly kind: 'refused'; readonly why: string };

/** A route without a rollout. */
export const noRollout = {
  canary: null,
  weight: 0,
  shadow: null,
  rollout: null,
  leaseUntil: null,
  halted: null,
} as const satisfies Omit<Live, 'stable'>;

export const same: Decision = { kind: 'same' };

export function refused(why: string): Decision {
  return { kind: 'refused', why };
}

/** Two instants or nothing, written in any ISO form. */
export function sameInstant(a: string | null, b: string | null): boolean {
  return a === b || (a !== null && b !== null && Date.parse(a) === Date.parse(b));
}
