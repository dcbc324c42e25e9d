/** What a route demands. A token holds one or more of the roles admin, operator, overruler, approver and viewer; `admin` holds all. */
export type Permission = 'read' | 'operate' | 'overrule' | 'approve' | 'administer';

/**
 * Whether a holder of `held` may do what needs `permission`. Plans may invent roles ("risk-officer"): a token with such a role
 * reads and votes, and which role may approve *this* run stands in its plan, so that the workflow decides.
 */
export function mayDo(permission: Permission, held: readonly string[]): boolean {
  if (held.includes('admin')) return true;
  switch (permission) {
    case 'read':
      return held.length > 0;
    case 'approve':
      return held.some((role) => role !== 'viewer');
    case 'operate':
      return held.includes('operator');
    case 'overrule':
      return held.includes('overruler');
    case 'administer':
      return false;
  }
}

/** The roles to name in a refusal. */
export const rolesFor: Readonly<Record<Permission, string>> = {
  read: 'a role',
  approve: 'a role that the plan lets approve',
  operate: 'admin or operator',
  overrule: 'admin or overruler',
  administer: 'admin',
};
