import type { ColumnDrift } from './report.ts';

/** A column after its own tests, before the correction over all columns and the verdict. */
export type MeasuredColumn = Omit<ColumnDrift, 'column' | 'adjustedP' | 'missing' | 'drifted' | 'findings'> & {
  readonly missing: Pick<ColumnDrift['missing'], 'reference' | 'current' | 'pValue'>;
  /** How the column moved, in words: "median 55 → 78". Said only when it drifted. */
  readonly moved: string;
  /** What is wrong whether it drifted or not. */
  readonly notes: readonly string[];
};

export type Cells = readonly (number | string | null)[];

/** Share of a whole; 0 of 0 is 0. */
export function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** Three significant digits, with a real minus sign. */
export function short(value: number): string {
  const text = String(Number(value.toPrecision(3)));
  return text.startsWith('-') ? `−${text.slice(1)}` : text;
}

export function percent(share: number): string {
  return `${short(share * 100)} %`;
}
