import type { Delegation } from '../../approval/delegation.ts';
import { formatInstant } from '../../report/numbers.ts';
import type { Style } from './style.ts';
import { type Cell, renderTable } from './table.ts';

/** Newest first; what has ended says how. */
export function renderDelegations(
  delegations: readonly Delegation[],
  { now, ...style }: Style & { readonly now: string },
): string {
  if (delegations.length === 0) return 'Nobody has lent a role.';
  const columns = [
    { title: '', align: 'right' },
    { title: 'role' },
    { title: 'of' },
    { title: 'used by' },
    { title: 'until (UTC)' },
    { title: 'why', shrinkTo: 12, dropOrder: 1 },
    { title: '' },
  ] as const;
  const rows = delegations.map(({ id, role, holder, to, until, reason, revoked }): Cell[] => [
    { text: String(id), tone: 'strong' },
    ...[role, holder, to, formatInstant(until), reason],
    revoked
      ? { text: `revoked by ${revoked.by.name}: ${revoked.reason}`, tone: 'muted' }
      : { text: until > now ? '' : 'ended', tone: 'muted' },
  ]);
  return renderTable(columns, rows, style);
}
