import type { DailyFacts, LabelFacts, NumericFacts, PairFacts, TimeFacts } from './facts.ts';

/**
 * What the rows of one partition (a day) hold, small enough to be kept for ever: counts, moments, and counts per bin. Profiles of the same
 * reference merge: the profile of a week is the sum of its days. Bins are those of the reference (`ReferenceProfile.edges`), so that
 * rank statistics of a merged window need no row.
 */
export interface PartitionProfile {
  /** Duplicate ids inside the partition count every row after the first. */
  readonly rows: number;
  readonly duplicateIds: number;
  /** Rows whose time could not be read, or lies outside the partition. */
  readonly misplaced: number;
  /** Every column that the source has there, in its order, with DuckDB's type: also those that are no features. */
  readonly schema: readonly { readonly name: string; readonly type: string }[];
  /** By feature name; a feature that the source lacks has no entry. */
  readonly columns: Readonly<Record<string, ColumnProfile>>;
  /** For data quality; absent in a merged profile where they do not add up. */
  readonly time?: TimeFacts;
  readonly label?: LabelFacts;
  /** Rows without an id. */
  readonly missingIds?: number;
  /** The pairs of `ReferenceProfile.whole.pairs`, measured here. */
  readonly pairs?: readonly PairFacts[];
}

export type ColumnProfile = NumericProfile | CategoricalProfile;

/** Booleans (0, 1), instants (seconds since 1970) and lengths of texts are numbers here. */
export interface NumericProfile {
  readonly kind: 'numeric';
  /** Rows that hold a number, infinite ones included. */
  readonly present: number;
  /** Null or NaN. */
  readonly missing: number;
  /** Text or another type where a number was declared; such rows are neither present nor missing. */
  readonly unreadable: number;
  readonly negativeInfinite: number;
  readonly positiveInfinite: number;
  /** Of the finite values; null where there is none. */
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  /** Sum of squared distances from the mean (Welford's M2). */
  readonly m2: number;
  readonly zeros: number;
  readonly negatives: number;
  readonly integers: number;
  /** Finite values per bin of the reference: bin i holds edges[i-1] < x <= edges[i]; one more than there are edges. */
  readonly bins: readonly number[];
  /** For data quality; absent in a merged profile. */
  readonly facts?: NumericFacts;
}

export interface CategoricalProfile {
  readonly kind: 'categorical';
  readonly present: number;
  /** Null or the empty text. */
  readonly missing: number;
  /** The most frequent names, at most `keptNames`, and every name that the reference kept. */
  readonly counts: Readonly<Record<string, number>>;
  /** Rows whose name is not in `counts`. */
  readonly other: number;
  /** Different names, exactly up to `keptNames`, then an estimate. */
  readonly distinct: number;
  /** Rows whose name has spaces at its ends or differs from a name of the reference by case only. */
  readonly untidy: number;
}

export const keptNames = 1_000;

/** What the champion learned from: made once a champion, from the snapshot's training rows. */
export interface ReferenceProfile {
  /** Names champion's snapshot and the features: profiles made against another reference do not merge with this one's. */
  readonly id: string;
  readonly window: { readonly from: string; readonly to: string };
  readonly whole: PartitionProfile;
  /** Ascending inner edges of the bins of each numeric column (quantiles of the reference, ties merged; at most 255). */
  readonly edges: Readonly<Record<string, readonly number[]>>;
  /** One entry a day of the reference, in order. */
  readonly days: readonly ReferenceDay[];
  /** By numeric column, for data quality: how its days differ from each other. */
  readonly daily?: Readonly<Record<string, DailyFacts>>;
  /** By pair `<column> <by>`, the lowest strength on any day of the reference; `whole.pairs` holds those where that is at least 0.5. */
  readonly pairFloors?: Readonly<Record<string, number>>;
}

/** Enough of one day of the reference to know how much days differ from each other when nothing changes. */
export interface ReferenceDay {
  readonly day: string;
  readonly rows: number;
  /** By column. Mean mid-rank (0 to 1, in the reference's own order) of the day's values or, of a category, null; share missing. */
  readonly columns: Readonly<
    Record<
      string,
      {
        readonly meanRank: number | null;
        readonly missing: number;
        /** Mean normal score (see normalScores) of the day's values; absent in hand-made references. */
        readonly meanScore?: number | null;
        /** Rows in the coarse cells of the column (see coarseCells); absent in hand-made references. */
        readonly cells?: readonly number[];
      }
    >
  >;
}
