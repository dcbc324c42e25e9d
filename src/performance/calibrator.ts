import { countRow, rowKinds } from './row-kinds.ts';
import { cellsOf, outcomesOf, type PerformanceReference, type Totals } from './totals.ts';

/**
 * What is to be expected of a row of each cell, by cell and outcome: probabilities of the classes, or (regression) 1, mean |error| and mean
 * squared error. Learned from labelled totals; isotonic in the score for classification.
 */
export type Calibrator = readonly number[];

/** Rows by which a cell is drawn to what holds for its class (or all rows), so that cells of few rows say nothing wild. */
const prior = 5;

export function calibrate(reference: PerformanceReference, labelled: Totals): Calibrator {
  const { task } = reference.cells;
  if (task === 'regression') return errorsByCell(labelled);
  return task === 'binary-classification' ? isotonicShares(labelled) : classShares(reference, labelled);
}

/** The totals that these rows would have if every cell held exactly what is to be expected of it. */
export function expectedTotals(reference: PerformanceReference, calibrator: Calibrator, totals: Totals): Totals {
  const outcomes = outcomesOf(reference.cells);
  const expected = calibrator.map((share, at) => share * (totals.predicted[Math.floor(at / outcomes)] as number));
  const nobody = totals.moments.map(() => 0);
  const bare: Totals = { ...totals, labelled: totals.rows, outcomes: expected, moments: nobody };
  if (reference.cells.task === 'regression')
    return { ...bare, moments: nobody.map((_, at) => (at < 2 ? column(expected, at + 1) : 0)) };
  const kinds = rowKinds(reference, bare);
  const moments = nobody.map((_, place) =>
    kinds.reduce((sum, kind) => sum + kind.rows * (kind.moments[place] as number), 0),
  );
  return { ...bare, moments };
}

/** The expected totals when one row more of a cell has come. */
export function withAnswer(
  reference: PerformanceReference,
  calibrator: Calibrator,
  expected: Totals,
  cell: number,
): Totals {
  const outcomes = outcomesOf(reference.cells);
  const shares = calibrator.slice(cell * outcomes, (cell + 1) * outcomes);
  if (reference.cells.task === 'regression') {
    const [, absolute = 0, squared = 0] = shares;
    const add = [absolute, squared];
    return {
      ...expected,
      labelled: expected.labelled + 1,
      moments: expected.moments.map((sum, at) => sum + (add[at] ?? 0)),
    };
  }
  const kinds = rowKinds(reference, expected).slice(cell * outcomes, (cell + 1) * outcomes);
  return kinds.reduce((sum, kind, at) => countRow(sum, kind, shares[at] as number), expected);
}

function isotonicShares({ outcomes, predicted }: Totals): number[] {
  const positives = predicted.map((_, cell) => outcomes[2 * cell + 1] as number);
  const rows = predicted.map((_, cell) => (outcomes[2 * cell] as number) + (outcomes[2 * cell + 1] as number));
  return isotonic(positives, rows).flatMap((share) => [1 - share, share]);
}

function classShares({ cells }: PerformanceReference, { outcomes }: Totals): number[] {
  const [classes, bins] = [outcomesOf(cells), cells.edges.length + 1];
  const table: number[] = [];
  for (let answered = 0; answered < classes; answered += 1) {
    const block = outcomes.slice(answered * bins * classes, (answered + 1) * bins * classes);
    const byLabel = Array.from({ length: classes }, (_, label) =>
      block.reduce((sum, n, at) => sum + (at % classes === label ? n : 0), 0),
    );
    const all = byLabel.reduce((a, b) => a + b, 0);
    const right = ((byLabel[answered] as number) + 1) / (all + 2);
    const hits = Array.from({ length: bins }, (_, bin) => (block[bin * classes + answered] as number) + prior * right);
    const rows = Array.from(
      { length: bins },
      (_, bin) => prior + block.slice(bin * classes, (bin + 1) * classes).reduce((a, b) => a + b, 0),
    );
    const wrong = byLabel.map((n, label) => (label === answered ? 0 : n + 1 / classes));
    const allWrong = wrong.reduce((a, b) => a + b, 0);
    for (const share of isotonic(hits, rows))
      table.push(...wrong.map((n, label) => (label === answered ? share : ((1 - share) * n) / allWrong)));
  }
  return table;
}

function errorsByCell({ outcomes }: Totals): number[] {
  const all = column(outcomes, 0);
  const mean = [1, 2].map((moment) => (all > 0 ? column(outcomes, moment) / all : 0));
  return Array.from({ length: outcomes.length / 3 }, (_, cell) => {
    const rows = outcomes[3 * cell] as number;
    return [1, ...mean.map((whole, at) => ((outcomes[3 * cell + at + 1] as number) + prior * whole) / (rows + prior))];
  }).flat();
}

/** Sum of one of three outcomes over cells. */
function column(outcomes: readonly number[], moment: number): number {
  return outcomes.reduce((sum, value, at) => (at % 3 === moment ? sum + value : sum), 0);
}

/** Pool adjacent violators; a cell without rows takes the share of its neighbour below, or else above. */
function isotonic(hits: readonly number[], rows: readonly number[]): number[] {
  const blocks: { hits: number; rows: number; cells: number }[] = [];
  hits.forEach((count, cell) => {
    blocks.push({ hits: count, rows: rows[cell] as number, cells: 1 });
    for (
      let last = blocks.at(-1), before = blocks.at(-2);
      last && before;
      last = blocks.at(-1), before = blocks.at(-2)
    ) {
      if (last.rows > 0 && before.rows > 0 && last.hits * before.rows > before.hits * last.rows) break;
      blocks.splice(-2, 2, {
        hits: last.hits + before.hits,
        rows: last.rows + before.rows,
        cells: last.cells + before.cells,
      });
    }
  });
  return blocks.flatMap((block) => new Array<number>(block.cells).fill(block.rows > 0 ? block.hits / block.rows : 0.5));
}

/** Cells with so many labelled reference rows carry an estimate; the share of the rows that lie in them. */
export function supportedShare({ cells }: PerformanceReference, labelled: Totals, totals: Totals): number {
  const outcomes = outcomesOf(cells);
  let supported = 0;
  for (let cell = 0; cell < cellsOf(cells); cell += 1) {
    const from = cell * outcomes;
    const rows =
      cells.task === 'regression'
        ? (labelled.outcomes[from] as number)
        : labelled.outcomes.slice(from, from + outcomes).reduce((a, b) => a + b, 0);
    if (rows >= 2 * prior) supported += totals.predicted[cell] as number;
  }
  return totals.rows > 0 ? supported / totals.rows : 0;
}
