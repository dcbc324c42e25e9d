import type { Route } from '../registry/registry.ts';

/** Who answers at one instant, and why it is so. `share` is the canary's share that every event must carry. */
export interface Serving {
  readonly stable: number | null;
  readonly canary: number | null;
  /** The rollout's own. */
  readonly shadow: number | null;
  /** Standing ones, that see copies beside it. */
  readonly shadows: readonly number[];
  readonly share: number;
  readonly rollout: string | null;
  readonly why: string;
}

/** A route prepared for the request path: two ready answers and the instant between them. */
export interface ServingPlan {
  readonly during: Serving;
  readonly after: Serving;
  /** Epoch milliseconds; from then on `after` holds. */
  readonly leaseUntilMs: number;
}

/**
 * Reads a route. `available` says which challengers are loaded: one that is not gets no traffic. `haltedHere` is this gateway's own
 * reason to have dropped the rollout, which holds before the registry knows of it; standing shadows go on, but for those that it `dropped`.
 */
export function planServing(
  route: Route,
  available: (version: number) => boolean,
  haltedHere: string | null,
  dropped: (version: number) => boolean = () => false,
): ServingPlan {
  const copied = (version: number): boolean => available(version) && !dropped(version);
  const halted = haltedHere ?? route.halted;
  const unchallenged = (why: string): Serving => withShadows(route, copied, onlyStable(route, why));
  if (route.rollout === null) return always(unchallenged('no rollout'));
  if (halted !== null) return always(unchallenged(`rollout ${route.rollout} halted: ${halted}`));
  if (route.leaseUntil === null) return always(unchallenged(`rollout ${route.rollout} holds no lease`));
  const after = unchallenged(`rollout ${route.rollout}: lease expired at ${route.leaseUntil}`);
  const during = withShadows(route, copied, challenged(route, available));
  return { during, after, leaseUntilMs: Date.parse(route.leaseUntil) };
}

export function servingAt(plan: ServingPlan, nowMs: number): Serving {
  return nowMs < plan.leaseUntilMs ? plan.during : plan.after;
}

/** Nobody sees copies of what it answers itself, nor sees them twice. */
function withShadows({ shadows = [] }: Route, copied: (version: number) => boolean, serving: WithoutShadows): Serving {
  const { stable, canary, shadow, share, rollout } = serving;
  const standing = shadows.filter(
    (version) => version !== stable && version !== canary && version !== shadow && copied(version),
  );
  const seen = `${standing.length === 1 ? 'version' : 'versions'} ${standing.join(', ')}`;
  const why = standing.length === 0 ? serving.why : `${serving.why}; copies also to ${seen}`;
  return { stable, canary, shadow, shadows: standing, share, rollout, why };
}

type WithoutShadows = Omit<Serving, 'shadows'>;

function challenged(route: Route, available: (version: number) => boolean): WithoutShadows {
  const ready = (version: number | null): number | null => (version !== null && available(version) ? version : null);
  const canary = route.weight > 0 ? ready(route.canary) : null;
  const shadow = ready(route.shadow);
  return {
    stable: route.stable,
    canary,
    shadow,
    share: canary === null ? 0 : Math.min(1, route.weight),
    rollout: route.rollout,
    why: describe(route, canary, shadow),
  };
}

function describe(route: Route, canary: number | null, shadow: number | null): string {
  const parts: string[] = [];
  if (canary !== null) parts.push(`version ${canary} answers ${route.weight * 100} %`);
  if (shadow !== null) parts.push(`version ${shadow} sees mirrored requests`);
  const waiting = [route.canary, route.shadow].filter((v) => v !== null && v !== canary && v !== shadow);
  if (waiting.length > 0) parts.push(`version ${waiting.join(', ')} gets nothing (not loaded, or weight 0)`);
  return `rollout ${route.rollout}: ${parts.join('; ') || 'no challenger in the route'}`;
}

/** Events outside a live rollout carry no rollout, so that no test counts them. */
function onlyStable(route: Route, why: string): WithoutShadows {
  return { stable: route.stable, canary: null, shadow: null, share: 0, rollout: null, why };
}

function always(serving: Serving): ServingPlan {
  return { during: serving, after: serving, leaseUntilMs: Number.POSITIVE_INFINITY };
}
