import type { FindingCounts } from '../alarm/check-record.ts';
import type { SnapshotManifest } from '../dataset/dataset.ts';
import type { Leak } from '../leakage/leak.ts';

/** What is known of the data of a run, by the names that gates use; null: not known. */
export type DataFacts = Readonly<Record<string, number | null>>;

/** Of a column that a gate asks `missingShare` of. */
export const missingShareOf = (column: string): string => `missingShare of ${column}`;

/**
 * Facts for gates on data: rows and days of the snapshot, the share of missing values of named columns in the hold-out, and the quality
 * findings of the newest check of the model, and the critical leaks (null where nobody looked: a gate on them is then inconclusive, not passed).
 */
export function dataFacts(
  { rows, unlabelled, missingDays }: Pick<SnapshotManifest, 'rows' | 'unlabelled' | 'missingDays'>,
  columns: Readonly<Record<string, readonly (number | string | null)[]>>,
  check: FindingCounts | null,
  leaks: readonly Leak[] | null,
): DataFacts {
  const { warning = 0, critical = 0 } = check?.quality ?? {};
  return {
    trainRows: rows.train,
    validationRows: rows.validation,
    holdoutRows: rows.holdout,
    unlabelledRows: unlabelled,
    missingDays: missingDays.length,
    leaks: leaks === null ? null : leaks.filter(({ severity }) => severity === 'critical').length,
    qualityFindings: check && warning + critical,
    criticalFindings: check && critical,
    ...Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [missingShareOf(name), shareOfNulls(values)]),
    ),
  };
}

function shareOfNulls(values: readonly (number | string | null)[]): number | null {
  return values.length === 0 ? null : values.filter((value) => value === null).length / values.length;
}
