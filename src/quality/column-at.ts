import type { Feature } from '../plan/schema.ts';
import type { DailyFacts } from '../profile/facts.ts';
import type { ColumnProfile, NumericProfile } from '../profile/profile.ts';

/** What a rule for one column on one day is given. */
export interface ColumnAt {
  readonly feature: Feature;
  readonly now: ColumnProfile;
  /** The whole reference. */
  readonly was: ColumnProfile;
  /** Largest share missing on a day of the reference. */
  readonly missingMost: number;
}

export interface NumericAt extends ColumnAt {
  readonly now: NumericProfile;
  readonly was: NumericProfile;
  /** Finite values, now and in the reference. */
  readonly finite: number;
  readonly finiteBefore: number;
  readonly daily: DailyFacts | null;
  readonly edges: readonly number[];
}

/** Largest minus smallest value of the reference; 0 where it has none. */
export function spanOf({ min, max }: NumericProfile): number {
  return min === null || max === null ? 0 : max - min;
}

/** Share of the reference's finite values in bins that lie above (or below) a value as a whole. */
export function shareBeyond({ was, edges, finiteBefore }: NumericAt, value: number, side: 'above' | 'below'): number {
  let rows = 0;
  was.bins.forEach((count, bin) => {
    const [low, high] = [edges[bin - 1] ?? -Infinity, edges[bin] ?? Infinity];
    if (side === 'above' ? low >= value : high < value) rows += count;
  });
  return finiteBefore === 0 ? 0 : rows / finiteBefore;
}
