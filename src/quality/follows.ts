import type { Finding } from '../alarm/finding.ts';
import type { QualityCode } from './codes.ts';
import type { Fault } from './fault.ts';

/** Faults by which the values of a column are no values of it any more: that they are distributed otherwise is no news of the world. */
const spoiling: ReadonlySet<QualityCode> = new Set([
  ...(['missing-column', 'renamed-column', 'changed-type', 'unreadable-values', 'all-missing'] as const),
  ...(['missing-values', 'missing-above-limit', 'infinite-values', 'sentinel-value', 'changed-unit'] as const),
  ...(['swapped-columns', 'placeholder-text', 'damaged-text', 'truncated-text', 'untidy-category'] as const),
]);

/**
 * Drift that follows from broken data opens no alarm of its own, so that nobody retrains on data that somebody will repair: it becomes an info
 * that names the fault. Only drift that did not begin before the fault can follow from it.
 * @param since by column, the first day of its drift
 */
export function withoutConsequences(
  drift: readonly Finding[],
  faults: readonly Fault[],
  since: ReadonlyMap<string, string | null>,
): Finding[] {
  const broken = faults.filter(({ code, severity }) => severity !== 'info' && spoiling.has(code));
  return drift.map((finding) => {
    const begun = since.get(finding.column ?? '') ?? null;
    const cause = broken.find(
      ({ column, day }) => column === finding.column && day !== null && begun !== null && day <= begun,
    );
    if (cause === undefined || finding.severity === 'info') return finding;
    return { ...finding, severity: 'info', says: `${finding.says}; follows from the data: ${cause.code}` };
  });
}
