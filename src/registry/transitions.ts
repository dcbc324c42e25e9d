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
  rejected: ['shadow', 'canary'],
  failed: ['shadow', 'canary', 'stable'],
};

/** `rejected` and `failed` leave their state only by force: a person overrules the gates, or restores by name. */
const byForceOnly: readonly VersionState[] = ['rejected', 'failed'];

export function mayMove(from: VersionState, to: VersionState, force = false): boolean {
  if (byForceOnly.includes(from) && !force) return false;
  return allowed[from].includes(to);
}
