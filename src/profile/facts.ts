/** What data quality asks of a partition beyond its distribution. All of it is optional: a rule whose facts are absent stays silent. */

/** Of one numeric column, over its finite values. */
export interface NumericFacts {
  /** Values equal to `NumericProfile.min`, and to `max`: sentinels and capped values pile up there. */
  readonly atMin: number;
  readonly atMax: number;
  /** Values outside the range that the model file declares; 0 without one. */
  readonly outOfRange: number;
  /** Values that are multiples of 100, 10, 1, 0.1 and 0.01, up to the errors of binary fractions: rounding moves rows towards the front. */
  readonly multiples: Multiples;
  /** The most frequent value, where a bin of the reference holds a tenth of the values and more than on any of the reference's days. */
  readonly mode?: { readonly value: number; readonly rows: number };
  /** Up to 3 of the most frequent texts among the unreadable rows. */
  readonly unreadable: readonly string[];
}

export type Multiples = readonly [hundreds: number, tens: number, ones: number, tenths: number, hundredths: number];

/** The time column over every row of the partition's files, also of those that lie outside the partition. */
export interface TimeFacts {
  /** Null, or no time. */
  readonly unreadable: number;
  /** Rows before the partition begins, and after it ends. */
  readonly before: number;
  readonly after: number;
  /** ISO instants; null where no time could be read. */
  readonly earliest: string | null;
  readonly latest: string | null;
  /** Rows whose text tells a time zone, and those whose text tells none; absent where times are no texts. */
  readonly zones?: { readonly told: number; readonly untold: number };
  /** 24 numbers: rows inside the partition by hour of the day (UTC). For a reference: summed over its days. */
  readonly hours: readonly number[];
}

/** The label as the source has it, mature or not. */
export interface LabelFacts {
  readonly present: number;
  readonly missing: number;
  /** Classification: rows by label as text, the 100 most frequent; empty for regression. */
  readonly classes: Readonly<Record<string, number>>;
  /** Regression: mean, smallest and largest; null for classification and where there is none. */
  readonly mean: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

/** How much of a numeric column another column explains: the square of their correlation, or, of a category, the share of its variance
 * between the categories (eta squared). 0 to 1; null where either column is constant. */
export interface PairFacts {
  readonly column: string;
  readonly by: string;
  readonly strength: number | null;
}

/** How a numeric column differed between the reference's own days: [lowest, highest] over the days with at least 30 values. */
export interface DailyFacts {
  readonly days: number;
  readonly mean: readonly [number, number];
  /** Population standard deviation inside a day. */
  readonly sd: readonly [number, number];
  /** Largest share of a day's values at that day's smallest and largest value, and in one of the reference's bins. */
  readonly atMin: number;
  readonly atMax: number;
  readonly heaviest: number;
  /** As in NumericFacts, the largest share on a day. */
  readonly multiples: Multiples;
}
