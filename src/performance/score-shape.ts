import { cellsOf, type ScoreCells, type Totals } from './totals.ts';

/** Scores in order: by bin, rows and sum of scores. More than two classes: of the highest probability, whichever class has it. */
export interface ScoreBins {
  readonly rows: readonly number[];
  readonly score: readonly number[];
}

export function scoreBins(cells: ScoreCells, totals: Totals): ScoreBins {
  const bins = cells.edges.length + 1;
  const sum = (values: readonly number[]): number[] =>
    Array.from({ length: bins }, (_, bin) =>
      values.reduce((total, value, cell) => total + (cell % bins === bin ? value : 0), 0),
    );
  return { rows: sum(totals.predicted), score: sum(totals.score) };
}

/** By cell: the middle of its bin's places in the reference's order, from 0 to 1. */
export function placesOf(cells: ScoreCells, reference: Totals): number[] {
  const { rows } = scoreBins(cells, reference);
  let before = 0;
  const places = rows.map((count) => {
    const place = (before + count / 2) / Math.max(1, reference.rows);
    before += count;
    return place;
  });
  return Array.from({ length: cellsOf(cells) }, (_, cell) => places[cell % rows.length] as number);
}

/** How far two distributions of scores are apart; all null where a side has no rows. */
export interface ScoreDistance {
  /** Largest distance of the two distribution functions at an edge of a bin: at most the Kolmogorov-Smirnov statistic of the rows. */
  readonly ks: number | null;
  /** Wasserstein-1 between bins, in standard deviations of the reference. */
  readonly w1: number | null;
  /** Population stability index over bins; an empty bin counts as half a row. */
  readonly psi: number | null;
}

export function scoreDistance(reference: ScoreBins, current: ScoreBins): ScoreDistance {
  const [before, now] = [total(reference.rows), total(current.rows)];
  if (before === 0 || now === 0) return { ks: null, w1: null, psi: null };
  const middle = reference.rows.map((rows, bin) => {
    const all = rows + (current.rows[bin] as number);
    return all > 0 ? ((reference.score[bin] as number) + (current.score[bin] as number)) / all : null;
  });
  let [below, belowNow, ks, area, psi] = [0, 0, 0, 0, 0];
  let last: number | null = null;
  reference.rows.forEach((rows, bin) => {
    const count = current.rows[bin] as number;
    const at = middle[bin] ?? null;
    if (at === null) return;
    if (last !== null) area += Math.abs(below - belowNow) * Math.max(0, at - last);
    last = at;
    below += rows / before;
    belowNow += count / now;
    ks = Math.max(ks, Math.abs(below - belowNow));
    const [p, q] = [Math.max(rows, 0.5) / before, Math.max(count, 0.5) / now];
    psi += (q - p) * Math.log(q / p);
  });
  const sd = deviation(reference.rows, middle);
  return { ks, w1: area === 0 ? 0 : sd > 0 ? area / sd : 1, psi };
}

function deviation(rows: readonly number[], middle: readonly (number | null)[]): number {
  const n = total(rows);
  const mean = rows.reduce((sum, count, bin) => sum + (count * (middle[bin] ?? 0)) / n, 0);
  return Math.sqrt(rows.reduce((sum, count, bin) => sum + (count * ((middle[bin] ?? mean) - mean) ** 2) / n, 0));
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
