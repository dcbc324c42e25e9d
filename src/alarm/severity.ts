import type { Finding, Severity } from './finding.ts';

const rank = { info: 0, warning: 1, critical: 2 } as const satisfies Record<Severity, number>;

export function isWorse(one: Severity, other: Severity): boolean {
  return rank[one] > rank[other];
}

/** By severity, then by size, then by name, so that the same findings always stand in the same order. */
export function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort(
    (a, b) => rank[b.severity] - rank[a.severity] || b.size - a.size || (nameOf(a) < nameOf(b) ? -1 : 1),
  );
}

/** The same thing from day to day, whatever its size. */
export function sameFinding(one: Finding, other: Finding): boolean {
  return one.code === other.code && one.column === other.column && one.segment === other.segment;
}

const nameOf = ({ column, code, segment }: Finding) => `${column ?? ''}\0${code}\0${segment ?? ''}`;
