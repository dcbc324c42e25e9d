import type { Misfit, Rejection } from './fit.ts';

export interface RejectionGroup {
  readonly because: Misfit;
  readonly count: number;
  /** Types that nothing else speaks against, the smallest lack first. */
  readonly nearest: readonly Rejection[];
}

/** Rejected types by the first thing that speaks against them: the largest group first. */
export function groupRejections(rejected: readonly Rejection[], nearestAtMost = 3): readonly RejectionGroup[] {
  const groups = new Map<Misfit, Rejection[]>();
  for (const rejection of rejected)
    groups.set(rejection.because, [...(groups.get(rejection.because) ?? []), rejection]);
  return [...groups]
    .map(([because, members]) => ({ because, count: members.length, nearest: nearest(members, nearestAtMost) }))
    .sort((a, b) => b.count - a.count || (a.because < b.because ? -1 : 1));
}

function nearest(members: readonly Rejection[], atMost: number): readonly Rejection[] {
  return members
    .filter(({ misfits, lack }) => misfits.length === 1 && lack < 1)
    .sort((a, b) => a.lack - b.lack || dollars(a) - dollars(b) || (a.type < b.type ? -1 : 1))
    .slice(0, atMost);
}

const dollars = ({ usdPerHour }: Rejection) => usdPerHour ?? Number.POSITIVE_INFINITY;
