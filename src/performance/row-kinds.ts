import { clipProbability } from '../evaluation/metric-set.ts';
import { predictedClass } from './score-cells.ts';
import { outcomesOf, type PerformanceReference, type Totals } from './totals.ts';

/** Labelled rows of one cell and outcome, alike but for the width of a cell. */
export interface RowKind {
  readonly cell: number;
  readonly outcome: number;
  readonly rows: number;
  /** What such a row adds to `loss`, `brier` and `score`. */
  readonly moments: readonly [number, number, number];
  /** Its place in `outcomes`. */
  readonly at: number;
}

/** Every cell and outcome of a classification, also those without rows. */
export function rowKinds(reference: PerformanceReference, totals: Totals): RowKind[] {
  const outcomes = outcomesOf(reference.cells);
  return totals.outcomes.map((rows, at) => {
    const [cell, outcome] = [Math.floor(at / outcomes), at % outcomes];
    return { cell, outcome, rows, at, moments: momentsOf(reference, totals, cell, outcome) };
  });
}

/** The totals with some rows of a kind more. */
export function countRow(totals: Totals, { at, moments }: RowKind, rows = 1): Totals {
  const outcomes = totals.outcomes.slice();
  outcomes[at] = (outcomes[at] as number) + rows;
  return {
    ...totals,
    labelled: totals.labelled + rows,
    outcomes,
    moments: totals.moments.map((sum, place) => sum + rows * (moments[place] as number)),
  };
}

function momentsOf(
  { cells, wrongLoss }: PerformanceReference,
  { predicted, score }: Totals,
  cell: number,
  outcome: number,
): [number, number, number] {
  const p =
    (predicted[cell] as number) > 0
      ? (score[cell] as number) / (predicted[cell] as number)
      : middleOf(cells.edges, cell);
  if (cells.task === 'binary-classification')
    return [-Math.log(clipProbability(outcome === 1 ? p : 1 - p)), (p - outcome) ** 2, p];
  const answered = predictedClass(cells, cell);
  return [outcome === answered ? -Math.log(clipProbability(p)) : (wrongLoss[cell] ?? 0), 0, p];
}

/** Of a cell without rows: nothing rests on it. */
function middleOf(edges: readonly number[], cell: number): number {
  const bin = cell % (edges.length + 1);
  return ((edges[bin - 1] ?? 0) + (edges[bin] ?? 1)) / 2;
}
