import { clipProbability, type ScoresLike } from '../evaluation/metric-set.ts';
import { type Answer, answerOf, labelIsKnown } from './score-cells.ts';
import { sliceKeys } from './slices.ts';
import {
  classificationMoments,
  type DayTotals,
  emptyTotals,
  outcomesOf,
  type PerformanceReference,
  regressionMoments,
  type ScoreCells,
  type Writable,
} from './totals.ts';

/** Rows that the champion was asked about, by column. */
export interface ScoredRows {
  /** Null where the champion failed on the whole batch: every row is unscored then. */
  readonly scores: ScoresLike | null;
  /** Class index or value; NaN where there is none yet, or where the class is one that the champion does not know. */
  readonly labels: ArrayLike<number>;
  /** 1 where the source has a label, known to the champion or not; left out: wherever `labels` is a number. */
  readonly hasLabel?: ArrayLike<number>;
  /** Days since 1970. */
  readonly days: ArrayLike<number>;
  /** Values of the slice columns. */
  readonly columns?: Readonly<Record<string, readonly (string | number | null)[]>>;
}

/** Totals of each day, in order of time. Rows without a day (NaN) are left out. */
export function profileDays(
  { cells, slices }: Pick<PerformanceReference, 'cells' | 'slices'>,
  rows: ScoredRows,
): DayTotals[] {
  const days = new Map<number, Tally>();
  for (let row = 0; row < rows.labels.length; row += 1) {
    const day = rows.days[row] ?? Number.NaN;
    if (!Number.isFinite(day)) continue;
    const tally = days.get(day) ?? startTally(cells);
    days.set(day, tally);
    count(cells, tally, rows, row, sliceKeys(slices, rows.columns ?? {}, row));
  }
  return [...days].sort(([a], [b]) => a - b).map(([day, tally]) => finish(day, tally));
}

interface Tally {
  readonly whole: Writable;
  readonly slices: Map<string, Writable>;
  unscored: number;
  unknownLabels: number;
}

function startTally(cells: ScoreCells): Tally {
  return { whole: writable(cells), slices: new Map(), unscored: 0, unknownLabels: 0 };
}

function writable(cells: ScoreCells): Writable {
  return emptyTotals(cells) as Writable;
}

function count(cells: ScoreCells, tally: Tally, rows: ScoredRows, row: number, keys: readonly string[]): void {
  const label = rows.labels[row] as number;
  const known = labelIsKnown(cells, label);
  if (!known && (rows.hasLabel ? rows.hasLabel[row] === 1 : !Number.isNaN(label))) tally.unknownLabels += 1;
  const answer = rows.scores && answerOf(cells, rows.scores, row);
  if (!rows.scores || !answer) {
    tally.unscored += 1;
    return;
  }
  const moments = known ? momentsOf(cells, rows.scores, row, answer, label) : null;
  add(cells, tally.whole, answer, label, moments);
  for (const key of keys) {
    const slice = tally.slices.get(key) ?? writable(cells);
    tally.slices.set(key, slice);
    add(cells, slice, answer, label, moments);
  }
}

function add(
  cells: ScoreCells,
  into: Writable,
  { cell, score }: Answer,
  label: number,
  moments: number[] | null,
): void {
  into.rows += 1;
  bump(into.predicted, cell, 1);
  bump(into.score, cell, score);
  if (!moments) return;
  into.labelled += 1;
  for (const [at, value] of moments.entries()) bump(into.moments, at, value);
  const from = cell * outcomesOf(cells);
  if (cells.task !== 'regression') {
    bump(into.outcomes, from + label, 1);
    return;
  }
  const error = score - label;
  bump(into.outcomes, from, 1);
  bump(into.outcomes, from + 1, Math.abs(error));
  bump(into.outcomes, from + 2, error * error);
}

function bump(values: number[], at: number, by: number): void {
  values[at] = (values[at] as number) + by;
}

/** The row's contributions, in the order of the task's moments. */
function momentsOf(cells: ScoreCells, scores: ScoresLike, row: number, { score }: Answer, label: number): number[] {
  if (cells.task === 'regression') return regressionRow(score - label, label, cells.centre);
  const p =
    cells.task === 'binary-classification'
      ? label === 1
        ? score
        : 1 - score
      : scores.values[row * scores.width + label];
  const brier = cells.task === 'binary-classification' ? (score - label) ** 2 : 0;
  const byName = { loss: -Math.log(clipProbability(p as number)), brier, score };
  return classificationMoments.map((name) => byName[name]);
}

function regressionRow(error: number, label: number, centre: number): number[] {
  const [z, e2] = [label - centre, error * error];
  const share = label === 0 ? 0 : Math.abs(error / label);
  const byName = {
    absolute: Math.abs(error),
    e2,
    e4: e2 * e2,
    z,
    z2: z ** 2,
    z3: z ** 3,
    z4: z ** 4,
    e2z: e2 * z,
    e2z2: e2 * z * z,
    share,
    share2: share * share,
    zeros: label === 0 ? 1 : 0,
    error,
  };
  return regressionMoments.map((name) => byName[name]);
}

function finish(day: number, { whole, slices, unscored, unknownLabels }: Tally): DayTotals {
  return { day, ...whole, unscored, unknownLabels, slices: Object.fromEntries(slices) };
}
