/** The life of a version. The registry refuses every move that is not in this table. */
export type VersionState =
  | 'candidate'
  | 'challenger'
  | 'shadow'
  | 'canary'
  | 'stable'
  | 'deprecated'
  | 'rejected'
  | 'failed';

const allowed: Readonly<Record<VersionState, readonly VersionState[]>> = {
  candidate: ['challenger', 'rejected', 'stable'],
  challenger: ['shadow', 'canary', 'stable', 'rejected'],
  shadow: ['canary', 'failed', 'rejected', 'challenger'],
  canary: ['stable', 'failed', 'rejected', 'challenger'],
  stable: ['deprecated', 'failed'],
  deprecated: ['stable'],
  rejected: ['challenger', 'shadow', 'canary'],
  failed: ['shadow', 'canary', 'stable'],
};

/** `rejected` and `failed` reach traffic only by force: a person overrules the gates, or restores by name. */
const byForceOnly: readonly VersionState[] = ['rejected', 'failed'];

/** Written on the route as well: only the moves of routes may enter or leave them. */
const onRoute: readonly VersionState[] = ['shadow', 'canary', 'stable', 'deprecated'];

export function mayMove(from: VersionState, to: VersionState, force = false): boolean {
  // Its gates judge it again, against another champion than the one that it lost to.
  const judgedAgain = from === 'rejected' && to === 'challenger';
  if (byForceOnly.includes(from) && !force && !judgedAgain) return false;
  return allowed[from].includes(to);
}

/** Whether gates, or the people whom a run asks, still move it: what has been on the route is moved by rollouts. */
export function isBeforeTraffic(state: VersionState): boolean {
  return !onRoute.includes(state) && state !== 'failed';
}

/** A move that touches no route. */
export function mayMoveOffRoute(from: VersionState, to: VersionState): boolean {
  return !onRoute.includes(from) && !onRoute.includes(to) && mayMove(from, to);
}
