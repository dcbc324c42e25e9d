import type { FindingCounts } from './check-record.ts';
import type { Finding, FindingKind, Severity } from './finding.ts';

/** How many of each kind and severity; what there is none of is absent. */
export function countFindings(findings: readonly Finding[]): FindingCounts {
  const counts: Partial<Record<FindingKind, Partial<Record<Severity, number>>>> = {};
  for (const { kind, severity } of findings) {
    const ofKind = counts[kind] ?? {};
    counts[kind] = ofKind;
    ofKind[severity] = (ofKind[severity] ?? 0) + 1;
  }
  return counts;
}
