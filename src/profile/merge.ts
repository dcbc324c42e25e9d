import {
  type CategoricalProfile,
  type ColumnProfile,
  keptNames,
  type NumericProfile,
  type PartitionProfile,
} from './profile.ts';

/** What a day without rows is remembered as. */
export const emptyProfile: PartitionProfile = { rows: 0, duplicateIds: 0, misplaced: 0, schema: [], columns: {} };

/**
 * The profile of all rows together. Exact but for categories beyond those kept and for `distinct`, which is then at least so many.
 * A column that only some of the profiles have counts as missing in the rows of the others; its kind is that of its first profile, and rows
 * under another kind are unreadable.
 * @param profiles made against the same reference, in order of time: the schema is that of the last with rows
 */
export function mergeProfiles(profiles: readonly PartitionProfile[]): PartitionProfile {
  const filled = profiles.filter(({ rows, misplaced }) => rows + misplaced > 0);
  if (filled.length === 0) return profiles.at(-1) ?? emptyProfile;
  const names = new Set(filled.flatMap(({ columns }) => Object.keys(columns)));
  const add = (of: (profile: PartitionProfile) => number): number => filled.reduce((sum, one) => sum + of(one), 0);
  return {
    rows: add(({ rows }) => rows),
    duplicateIds: add(({ duplicateIds }) => duplicateIds),
    misplaced: add(({ misplaced }) => misplaced),
    missingIds: add(({ missingIds = 0 }) => missingIds),
    schema: (filled.at(-1) as PartitionProfile).schema,
    columns: Object.fromEntries([...names].map((name) => [name, mergeColumn(filled, name)])),
  };
}

function mergeColumn(profiles: readonly PartitionProfile[], name: string): ColumnProfile {
  const parts = profiles.map(({ columns, rows }) => ({ column: columns[name], rows }));
  const kind = parts.find(({ column }) => column !== undefined)?.column?.kind;
  const absent = parts.reduce((sum, { column, rows }) => (column === undefined ? sum + rows : sum), 0);
  const others = parts.reduce(
    (sum, { column, rows }) => (column !== undefined && column.kind !== kind ? sum + rows : sum),
    0,
  );
  const columns = parts.flatMap(({ column }) => (column === undefined ? [] : [column]));
  if (kind === 'categorical')
    return mergeCategories(
      columns.filter((column) => column.kind === 'categorical'),
      absent + others,
    );
  return mergeNumbers(
    columns.filter((column) => column.kind === 'numeric'),
    absent,
    others,
  );
}

/**
 * @param columns at least one, all in the same bins
 * @param absent rows of profiles that lack the column
 * @param others rows of profiles where it is no number
 */
export function mergeNumbers(columns: readonly NumericProfile[], absent = 0, others = 0): NumericProfile {
  const sum = (of: (column: NumericProfile) => number): number => columns.reduce((total, one) => total + of(one), 0);
  const least = columns.flatMap(({ min }) => (min === null ? [] : [min]));
  const largest = columns.flatMap(({ max }) => (max === null ? [] : [max]));
  const bins = new Array<number>((columns[0] as NumericProfile).bins.length).fill(0);
  for (const column of columns) for (const [at, count] of column.bins.entries()) bins[at] = (bins[at] ?? 0) + count;
  return {
    kind: 'numeric',
    present: sum(({ present }) => present),
    missing: sum(({ missing }) => missing) + absent,
    unreadable: sum(({ unreadable }) => unreadable) + others,
    negativeInfinite: sum(({ negativeInfinite }) => negativeInfinite),
    positiveInfinite: sum(({ positiveInfinite }) => positiveInfinite),
    min: least.length === 0 ? null : Math.min(...least),
    max: largest.length === 0 ? null : Math.max(...largest),
    ...mergeMoments(columns),
    zeros: sum(({ zeros }) => zeros),
    negatives: sum(({ negatives }) => negatives),
    integers: sum(({ integers }) => integers),
    bins,
  };
}

/** Chan, Golub & LeVeque (1979). */
function mergeMoments(columns: readonly NumericProfile[]): { readonly mean: number | null; readonly m2: number } {
  let [rows, mean, m2] = [0, 0, 0];
  for (const column of columns) {
    const count = column.present - column.negativeInfinite - column.positiveInfinite;
    if (count === 0 || column.mean === null) continue;
    const apart = column.mean - mean;
    m2 += column.m2 + (apart * apart * rows * count) / (rows + count);
    mean += (apart * count) / (rows + count);
    rows += count;
  }
  return { mean: rows === 0 ? null : mean, m2 };
}

/** @param columns at least one */
function mergeCategories(columns: readonly CategoricalProfile[], absent: number): CategoricalProfile {
  const sum = (of: (column: CategoricalProfile) => number): number => columns.reduce((all, one) => all + of(one), 0);
  const counts = new Map<string, number>();
  for (const column of columns)
    for (const [name, count] of Object.entries(column.counts)) counts.set(name, (counts.get(name) ?? 0) + count);
  // Names that the reference kept stay: all profiles have them, also with no rows.
  const shared = (name: string): boolean => columns.every((column) => name in column.counts);
  const own = [...counts].filter(([name]) => !shared(name)).sort(([, a], [, b]) => b - a);
  const kept = [...[...counts].filter(([name]) => shared(name)), ...own.slice(0, keptNames)];
  const dropped = own.slice(keptNames).reduce((total, [, count]) => total + count, 0);
  const seen = [...counts.values()].filter((count) => count > 0).length;
  return {
    kind: 'categorical',
    present: sum(({ present }) => present),
    missing: sum(({ missing }) => missing) + absent,
    counts: Object.fromEntries(kept),
    other: sum(({ other }) => other) + dropped,
    distinct: Math.max(seen, ...columns.map(({ distinct }) => distinct)),
    untidy: sum(({ untidy }) => untidy),
  };
}
