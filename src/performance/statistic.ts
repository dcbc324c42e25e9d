import { ratio } from '../evaluation/metric-set.ts';
import { countRow, rowKinds } from './row-kinds.ts';
import { predictedClass } from './score-cells.ts';
import { type PerformanceReference, regressionMoments, type Totals } from './totals.ts';
import { metricFromTotals } from './totals-metrics.ts';

/** A number that totals determine, with what one row does to it. */
export interface Statistic {
  readonly name: string;
  /** NaN where it is not defined. */
  value(totals: Totals): number;
  /** Variance of a row's influence: the statistic over n rows has a variance of about this by n. */
  rowVariance(totals: Totals): number;
  /** How many rows it rests on. */
  rows(totals: Totals): number;
}

/** A metric of the task on rows whose labels are known. */
export function realised(reference: PerformanceReference, metric: string): Statistic {
  const { cells } = reference;
  const value = (totals: Totals): number => metricFromTotals(cells, metric, totals);
  return ofLabelled(reference, metric, value, (totals) => regressionVariance(metric, totals));
}

/**
 * How much surer than right the champion is: the mean of its score minus what came true (classification: of the highest class, or of the last of
 * two; regression: of answer minus label). 0 is calibrated in the large.
 */
export function surplus(reference: PerformanceReference): Statistic {
  const { cells } = reference;
  const value = (totals: Totals): number => {
    if (cells.task === 'regression')
      return ratio(totals.moments[regressionMoments.indexOf('error')] as number, totals.labelled);
    return ratio((totals.moments[2] as number) - cameTrue(reference, totals), totals.labelled);
  };
  return ofLabelled(reference, 'surplus', value, (totals) => {
    const n = totals.labelled;
    return ratio(totals.moments[1] as number, n) - value(totals) ** 2;
  });
}

/** Mean place of the rows' cells in the reference's order of scores: 0.5 on the reference. */
export function meanRank(places: readonly number[]): Statistic {
  return ofAnswers(
    'score',
    (totals) => ratio(dot(totals.predicted, places), totals.rows),
    (cell) => places[cell] as number,
  );
}

/** Share of rows answered as one class. */
export function answeredAs({ cells }: PerformanceReference, label: number): Statistic {
  const indicator = (cell: number): number => (predictedClass(cells, cell) === label ? 1 : 0);
  const value = (totals: Totals): number =>
    ratio(
      totals.predicted.reduce((sum, rows, cell) => sum + rows * indicator(cell), 0),
      totals.rows,
    );
  return ofAnswers(`class ${label}`, value, indicator);
}

/** Any function of labelled totals; regression says its own variance, because its rows are no table of counts. */
export function ofLabelled(
  reference: PerformanceReference,
  name: string,
  value: (totals: Totals) => number,
  varianceOfRegression: (totals: Totals) => number,
): Statistic {
  const rowVariance = (totals: Totals): number => {
    if (reference.cells.task === 'regression') return varianceOfRegression(totals);
    const kinds = rowKinds(reference, totals).filter(({ rows }) => rows > 0);
    const before = value(totals);
    const effects = kinds.map((kind) => influence(before, value(countRow(totals, kind)), totals.labelled));
    return weightedVariance(
      kinds.map(({ rows }) => rows),
      effects,
    );
  };
  return { name, value, rowVariance, rows: ({ labelled }) => labelled };
}

/** What one row more did to a value, by n rows: the influence of rows of its kind. */
export function influence(before: number, withRow: number, rows: number): number {
  return (withRow - before) * (rows + 1);
}

export function weightedVariance(weights: readonly number[], values: readonly number[]): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = ratio(dot(weights, values), total);
  return ratio(
    weights.reduce((sum, weight, at) => sum + weight * ((values[at] as number) - mean) ** 2, 0),
    total,
  );
}

function ofAnswers(name: string, value: (totals: Totals) => number, ofCell: (cell: number) => number): Statistic {
  const rowVariance = ({ predicted }: Totals): number =>
    weightedVariance(
      predicted,
      predicted.map((_, cell) => ofCell(cell)),
    );
  return { name, value, rowVariance, rows: ({ rows }) => rows };
}

function cameTrue({ cells }: PerformanceReference, { outcomes, predicted }: Totals): number {
  if (cells.task === 'binary-classification') return outcomes.reduce((sum, rows, at) => sum + (at % 2) * rows, 0);
  return predicted.reduce(
    (sum, _, cell) => sum + (outcomes[cell * cells.classes + predictedClass(cells, cell)] as number),
    0,
  );
}

/** Delta method on moments. */
function regressionVariance(metric: string, { moments, labelled: n }: Totals): number {
  const mean = (name: (typeof regressionMoments)[number]): number =>
    ratio(moments[regressionMoments.indexOf(name)] as number, n);
  if (metric === 'mae') return mean('e2') - mean('absolute') ** 2;
  if (metric === 'mape') return mean('share2') - mean('share') ** 2;
  if (metric === 'rmse') return ratio(mean('e4') - mean('e2') ** 2, 4 * mean('e2'));
  const centre = mean('z');
  const spread = mean('z2') - centre ** 2;
  const lack = mean('e2') / spread;
  const fourth = mean('z4') - 4 * centre * mean('z3') + 6 * centre ** 2 * mean('z2') - 3 * centre ** 4;
  const cross = mean('e2z2') - 2 * centre * mean('e2z') + centre ** 2 * mean('e2');
  return (mean('e4') - 2 * lack * cross + lack ** 2 * fourth) / spread ** 2;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] as number), 0);
}
