import type { ColumnComparison, ComparedKind, ComparedTest } from './comparison.ts';
import { twoProportions } from './counts.ts';

/** A column after its own tests, before the correction over all columns and the verdict. */
export type ColumnMeasure = Omit<ColumnComparison, 'tests' | 'drifted' | 'findings'> & {
  readonly tests: readonly MeasuredTest[];
  /** How the column moved, in words: "median 55 → 78". Said only when it drifted. */
  readonly moved: string;
};

export type MeasuredTest = Omit<ComparedTest, 'adjustedP'> & {
  /** Whether it belongs to the family that decides. */
  readonly decides: boolean;
};

/** What both sides of a column are before their values are looked at. */
export interface ColumnHead {
  readonly column: string;
  readonly kind: ComparedKind;
  readonly types: ColumnComparison['types'];
  readonly reference: RowCounts;
  readonly current: RowCounts;
}

export interface RowCounts {
  readonly present: number;
  readonly missing: number;
  readonly unreadable: number;
}

export const effectConfidence = 0.95;

export function rowsOf({ present, missing, unreadable }: RowCounts): number {
  return present + missing + unreadable;
}

/** Whether the same share of rows is missing on both sides. Where nothing is missing on either, there is nothing to test. */
export function missingTest({ reference, current }: Pick<ColumnHead, 'reference' | 'current'>): MeasuredTest {
  const pValue = twoProportions(reference.missing, rowsOf(reference), current.missing, rowsOf(current));
  const decides = reference.missing + current.missing > 0;
  return { name: 'missing-share', statistic: null, degreesOfFreedom: null, pValue, decides };
}
