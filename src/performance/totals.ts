import type { Task } from '../plan/schema.ts';

/**
 * What some rows say about the champion, small and additive: totals of days sum to those of a window. A row falls into one cell by what the
 * champion answered (`ScoreCells`), and, once its label is known, into one outcome of that cell.
 */
export interface Totals {
  /** Rows with a finite answer. */
  readonly rows: number;
  /** Of them, rows whose label is known. */
  readonly labelled: number;
  /** By cell: rows. */
  readonly predicted: readonly number[];
  /** By cell: sum of the score (P(last class), the highest probability, or the predicted value). */
  readonly score: readonly number[];
  /**
   * By cell, then outcome, of labelled rows: rows of each class (classification), or rows, sum of |error| and of squared error
   * (regression, error = answer - label).
   */
  readonly outcomes: readonly number[];
  /** Sums over labelled rows, in the order of `classificationMoments` or `regressionMoments`. */
  readonly moments: readonly number[];
}

/** `score` is that of labelled rows only; `brier` is 0 for more than two classes. */
export const classificationMoments = ['loss', 'brier', 'score'] as const;

/** e: error, z: label minus the reference's mean label, share: |e / label|, zeros: labels of 0. */
export const regressionMoments = [
  'absolute',
  'e2',
  'e4',
  'z',
  'z2',
  'z3',
  'z4',
  'e2z',
  'e2z2',
  'share',
  'share2',
  'zeros',
  'error',
] as const;

/** One day of rows; the key of `slices` is that of `PerformanceReference.slices`. */
export interface DayTotals extends Totals {
  /** Days since 1970. */
  readonly day: number;
  /** Rows that the champion answered with NaN, with infinity or not at all. */
  readonly unscored: number;
  /** Rows whose label the champion does not know. */
  readonly unknownLabels: number;
  readonly slices: Readonly<Record<string, Totals>>;
}

/** How answers fall into cells. Classification with more than two classes: cell = predicted class * bins + bin of its probability. */
export interface ScoreCells {
  readonly task: Task;
  readonly classes: number;
  /** Ascending inner edges: bin i holds edges[i-1] < x <= edges[i]. */
  readonly edges: readonly number[];
  /** The reference's mean label (regression); 0 otherwise. */
  readonly centre: number;
  /** Of two classes: the champion's own threshold, just above one of the edges. Absent: 0.5, which is an edge. */
  readonly yesFrom?: number;
}

export interface Slice {
  readonly key: string;
  readonly column: string;
  /** A value of the column, or null for a range of numbers. */
  readonly value: string | null;
  /** Half open: from < x <= to; null: no bound. */
  readonly range: { readonly from: number | null; readonly to: number | null } | null;
}

/** What the champion was on its own hold-out: made once a version, kept as JSON, read by every check. */
export interface PerformanceReference {
  readonly cells: ScoreCells;
  /** Hold-out days in order. */
  readonly days: readonly DayTotals[];
  /** Mean loss of wrongly classified rows, by cell; empty for two classes and for regression. */
  readonly wrongLoss: readonly number[];
  readonly slices: readonly Slice[];
}

export function outcomesOf({ task, classes }: ScoreCells): number {
  if (task === 'regression') return 3;
  return task === 'binary-classification' ? 2 : classes;
}

export function cellsOf({ task, classes, edges }: ScoreCells): number {
  return (edges.length + 1) * (task === 'multiclass-classification' ? classes : 1);
}

export function emptyTotals(cells: ScoreCells): Totals {
  const zeros = (length: number): number[] => new Array<number>(length).fill(0);
  const count = cellsOf(cells);
  return {
    rows: 0,
    labelled: 0,
    predicted: zeros(count),
    score: zeros(count),
    outcomes: zeros(count * outcomesOf(cells)),
    moments: zeros(cells.task === 'regression' ? regressionMoments.length : classificationMoments.length),
  };
}

/** Sum of the totals; `sign` -1 takes the second from the first. */
export function plus(a: Totals, b: Totals, sign: 1 | -1 = 1): Totals {
  const add = (x: readonly number[], y: readonly number[]): number[] =>
    x.map((value, at) => value + sign * (y[at] ?? 0));
  return {
    rows: a.rows + sign * b.rows,
    labelled: a.labelled + sign * b.labelled,
    predicted: add(a.predicted, b.predicted),
    score: add(a.score, b.score),
    outcomes: add(a.outcomes, b.outcomes),
    moments: add(a.moments, b.moments),
  };
}

export function merge(cells: ScoreCells, parts: readonly Totals[]): Totals {
  const sum = emptyTotals(cells) as Writable;
  for (const part of parts) {
    sum.rows += part.rows;
    sum.labelled += part.labelled;
    for (const key of ['predicted', 'score', 'outcomes', 'moments'] as const) {
      const [into, from] = [sum[key], part[key]];
      for (let at = 0; at < into.length; at += 1) into[at] = (into[at] as number) + (from[at] as number);
    }
  }
  return sum;
}

/** Totals that are still being counted. */
export type Writable = { -readonly [Key in keyof Totals]: Totals[Key] extends number ? number : number[] };
