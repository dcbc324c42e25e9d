import type { Finding } from '../alarm/finding.ts';

/** What two tables, of the same subject at two times, say against each other: the result of `perennial compare`. */
export interface Comparison {
  readonly reference: ComparedTable;
  readonly current: ComparedTable;
  /** Probability of any false alarm of this one look, kept over all columns and tests of the family by Holm's method. */
  readonly alpha: number;
  /** Smallest W1/sd or total variation that counts. */
  readonly minimumEffect: number;
  /** How many tests were adjusted together. */
  readonly tests: number;
  /** Worst first: what drifted by effect, then the others. */
  readonly columns: readonly ColumnComparison[];
  /** What is wrong with tables and columns, worst first: drift (`shifted`, `missing-share`) and quality (`missing-column`, `type-changed`, ...). */
  readonly findings: readonly Finding[];
  /** A warning or critical finding is among them. */
  readonly drifted: boolean;
  /** One line for people. */
  readonly summary: string;
}

export interface ComparedTable {
  /** As it was named: a path, a glob, several, an s3: URI, or a stored reference. */
  readonly name: string;
  readonly files: number;
  readonly rows: number;
  readonly columns: number;
}

/** `text` is compared by its length; text of few different values is categorical. */
export type ComparedKind = 'numeric' | 'boolean' | 'categorical' | 'datetime' | 'text';

export interface ColumnComparison {
  readonly column: string;
  readonly kind: ComparedKind;
  /** DuckDB's names of the types. */
  readonly types: { readonly reference: string; readonly current: string };
  readonly reference: ColumnSide;
  readonly current: ColumnSide;
  /** Each with its p-value; those with an adjusted one decide. */
  readonly tests: readonly ComparedTest[];
  readonly effect: Effect;
  /** By name, those that are defined for the kind; null where a side is empty. */
  readonly distances: Readonly<Partial<Record<Distance, number | null>>>;
  /** Counts over common bins or categories, for pictures. */
  readonly histogram: {
    readonly labels: readonly string[];
    readonly reference: readonly number[];
    readonly current: readonly number[];
  };
  /** Categories that only one side has; nothing for other kinds. */
  readonly categories: { readonly appeared: OneSided; readonly vanished: OneSided };
  readonly drifted: boolean;
  /** What is to say about it in plain words; empty when nothing is wrong. */
  readonly findings: readonly string[];
}

export interface OneSided {
  /** The most frequent first, at most 20. */
  readonly names: readonly string[];
  /** Rows of all of them, as a share of the rows that hold a value on their side. */
  readonly share: number;
  /** Which share chance alone makes likely at most, were the sides the same (by Good and Turing, from names seen once). */
  readonly byChance: number;
}

/** One side of a column. Present, missing and unreadable rows together are all rows. */
export interface ColumnSide {
  readonly present: number;
  /** Null, NaN, or an empty category. */
  readonly missing: number;
  /** Rows whose value does not fit the kind. */
  readonly unreadable: number;
  /** Of the values (instants in seconds since 1970, texts by length); null for categories, and where there is no finite value. */
  readonly numbers: NumberSummary | null;
  /** Different values, of categories and booleans; null for others. */
  readonly distinct: number | null;
}

export interface NumberSummary {
  readonly min: number;
  readonly q25: number;
  readonly median: number;
  readonly q75: number;
  readonly max: number;
  readonly mean: number;
  readonly sd: number;
  /** Infinite values; they take part in the Kolmogorov-Smirnov test only. */
  readonly infinite: number;
}

export interface ComparedTest {
  /** `proportion`: two shares of a boolean, by chi-square or, where few are expected, Fisher's exact test. */
  readonly name: 'ks' | 'chi-square' | 'g-test' | 'proportion' | 'missing-share';
  readonly statistic: number | null;
  /** Of chi-square and G; null for others. */
  readonly degreesOfFreedom: number | null;
  /** Null where it is not defined: a side without values. */
  readonly pValue: number | null;
  /** By Holm over the family of all columns' deciding tests; null for tests that are told and do not decide. */
  readonly adjustedP: number | null;
}

/** How large the difference is, whatever the number of rows. */
export interface Effect {
  /** Wasserstein-1 over the reference's standard deviation, or total variation distance. */
  readonly name: 'w1/sd' | 'tvd';
  readonly value: number | null;
  /** Covers the true effect with at least about this confidence; null where it is not defined. */
  readonly interval: { readonly low: number; readonly high: number; readonly confidence: number } | null;
}

/** PSI, Jensen-Shannon (the distance, base 2) and Hellinger over deciles of the reference, or over categories. */
export type Distance = 'ks' | 'w1' | 'psi' | 'js' | 'hellinger' | 'tvd';

/** In a word; "same" is said only where both sides have values, and of a column that is missing everywhere on both. */
export function comparedStanding({
  drifted,
  reference,
  current,
}: ColumnComparison): 'drifted' | 'same' | 'not compared' {
  if (drifted) return 'drifted';
  const rows = (side: ColumnSide): number => side.present + side.missing + side.unreadable;
  return rows(reference) === 0 || rows(current) === 0 ? 'not compared' : 'same';
}
