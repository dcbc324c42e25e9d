/** Comparisons for which a stated confidence holds together: all of their intervals cover with at least that probability. */
export interface ComparisonFamily {
  /** How many comparisons it keeps the confidence over. */
  readonly size: number;
  /** The confidence of a single interval with which all of them together keep the stated one. */
  single(stated: number): number;
}

/** Holds whatever the comparisons have to do with one another, and is wide where they say much the same. */
export function bonferroni(size: number): ComparisonFamily {
  return { size, single: (stated) => 1 - (1 - stated) / Math.max(1, size) };
}
