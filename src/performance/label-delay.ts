/** How labels arrive. Days are whole numbers since 1970. */
export interface LabelDelay {
  readonly rows: number;
  readonly labelled: number;
  /** Rows whose label is not due yet. */
  readonly waiting: number;
  /** Rows older than labels take to mature, and still without one. */
  readonly overdue: number;
  /** Day of the oldest row without a label; null where every row has one. */
  readonly oldestUnlabelled: number | null;
  /** Youngest age first. */
  readonly byAge: readonly { readonly age: number; readonly rows: number; readonly labelled: number }[];
}

/**
 * @param rows labelled: NaN where there is no label
 * @param asOf the day of the check
 * @param maturesAfter days from a row to its final label
 */
export function labelDelay(
  { labels, days }: { readonly labels: ArrayLike<number>; readonly days: ArrayLike<number> },
  { asOf, maturesAfter }: { readonly asOf: number; readonly maturesAfter: number },
): LabelDelay {
  const ages = new Map<number, { rows: number; labelled: number }>();
  let [labelled, waiting, overdue] = [0, 0, 0];
  let oldest: number | null = null;
  for (let row = 0; row < labels.length; row += 1) {
    const day = days[row] as number;
    if (!Number.isFinite(day)) continue;
    const age = asOf - day;
    const group = ages.get(age) ?? { rows: 0, labelled: 0 };
    ages.set(age, group);
    group.rows += 1;
    if (!Number.isNaN(labels[row])) {
      labelled += 1;
      group.labelled += 1;
      continue;
    }
    if (age > maturesAfter) overdue += 1;
    else waiting += 1;
    oldest = oldest === null ? day : Math.min(oldest, day);
  }
  const byAge = [...ages].sort(([a], [b]) => a - b).map(([age, group]) => ({ age, ...group }));
  return { rows: labelled + waiting + overdue, labelled, waiting, overdue, oldestUnlabelled: oldest, byAge };
}

/** The last day whose labels are all due at `asOf`: what later checks of the same day find changes nothing about it. Milliseconds since 1970. */
export function lastMaturedDay(asOf: number, maturesAfter: number): number {
  return Math.floor((asOf - maturesAfter) / 86_400_000) - 1;
}
