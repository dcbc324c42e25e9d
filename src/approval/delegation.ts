import type { Actor } from '../registry/actor.ts';
import type { LentRole } from './vote.ts';

/** Somebody lends a role to somebody else until an instant. */
export interface Delegation {
  readonly id: number;
  readonly role: string;
  readonly holder: string;
  readonly to: string;
  readonly until: string;
  readonly reason: string;
  readonly by: Actor;
  readonly at: string;
  readonly revoked: { readonly at: string; readonly by: Actor; readonly reason: string } | null;
}

/** Port: what people have lent each other. Part of the registry. */
export interface DelegationBook {
  delegate(delegation: Pick<Delegation, 'role' | 'holder' | 'to' | 'until' | 'reason' | 'by'>): Promise<Delegation>;
  /** Revoking twice is the same as once. @throws PRN-APPROVAL-001 there is no such delegation */
  revokeDelegation(revocation: {
    readonly id: number;
    readonly by: Actor;
    readonly reason: string;
  }): Promise<Delegation>;
  /** Newest first; `standing`: only those that hold now. At most 200. */
  delegations(options?: { readonly standing?: boolean; readonly to?: string }): Promise<readonly Delegation[]>;
  delegation(id: number): Promise<Delegation>;
  /** Roles of the token of this name; none where there is no such token. */
  rolesOf(name: string): Promise<readonly string[]>;
}

/** A role that is lent is worth what its holder has at this moment: who lost a role cannot have others use it. */
export async function lentTo(
  book: Pick<DelegationBook, 'delegations' | 'rolesOf'>,
  name: string,
): Promise<readonly LentRole[]> {
  const standing = await book.delegations({ standing: true, to: name });
  const holders = [...new Set(standing.map(({ holder }) => holder))];
  const roles = new Map(await Promise.all(holders.map(async (one) => [one, await book.rolesOf(one)] as const)));
  return standing
    .filter(({ holder, role }) => roles.get(holder)?.includes(role))
    .map(({ role, holder, until }) => ({ role, holder, until }));
}
