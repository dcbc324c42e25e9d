import { ratio } from '../evaluation/metric-set.ts';
import { predictedClass } from './score-cells.ts';
import { cellsOf, outcomesOf, regressionMoments, type ScoreCells, type Totals } from './totals.ts';

/**
 * A metric of the task from totals; NaN where it is not defined. Sums (losses, counts at the champion's threshold) are those of
 * `src/evaluation`; `auc` and `prAuc` take scores of one cell for ties, on both sides of a comparison alike.
 */
export function metricFromTotals(cells: ScoreCells, metric: string, totals: Totals): number {
  if (cells.task === 'regression') return regressionMetric(metric, totals);
  const [loss = 0, brier = 0] = totals.moments;
  if (metric === 'logLoss') return ratio(loss, totals.labelled);
  return cells.task === 'binary-classification'
    ? binaryMetric(cells, metric, totals, brier)
    : multiclassMetric(cells, metric, totals);
}

function binaryMetric(cells: ScoreCells, metric: string, totals: Totals, brier: number): number {
  const n = totals.labelled;
  if (metric === 'brier') return ratio(brier, n);
  if (metric === 'auc' || metric === 'prAuc') return ranking(totals.outcomes)[metric];
  if (metric === 'ece') return calibrationError(cells, totals);
  let [positive, predicted, hit] = [0, 0, 0];
  for (let cell = 0; cell < totals.predicted.length; cell += 1) {
    const [no, yes] = [totals.outcomes[2 * cell] as number, totals.outcomes[2 * cell + 1] as number];
    positive += yes;
    if (predictedClass(cells, cell) === 0) continue;
    predicted += no + yes;
    hit += yes;
  }
  const byName: Readonly<Record<string, number>> = {
    accuracy: ratio(n - positive - predicted + 2 * hit, n),
    precision: ratio(hit, predicted),
    recall: ratio(hit, positive),
    f1: ratio(2 * hit, positive + predicted),
    classBalance: ratio(predicted, n),
  };
  return byName[metric] ?? Number.NaN;
}

/** From the highest cell down. */
function ranking(outcomes: readonly number[]): { readonly auc: number; readonly prAuc: number } {
  let [positives, negatives, area, precision] = [0, 0, 0, 0];
  for (let at = outcomes.length - 2; at >= 0; at -= 2) {
    const [no, yes] = [outcomes[at] as number, outcomes[at + 1] as number];
    area += no * (positives + yes / 2);
    positives += yes;
    negatives += no;
    if (yes > 0) precision += (yes * positives) / (positives + negatives);
  }
  return {
    auc: positives > 0 && negatives > 0 ? area / (positives * negatives) : Number.NaN,
    prAuc: positives > 0 ? precision / positives : Number.NaN,
  };
}

/** Over tenths. Squared gaps lose what chance alone gives them, so that a short window is not called worse for being short. */
function calibrationError(cells: ScoreCells, totals: Totals): number {
  const [gap, variance] = [new Float64Array(10), new Float64Array(10)];
  totals.predicted.forEach((rows, cell) => {
    const [no, yes] = [totals.outcomes[2 * cell] as number, totals.outcomes[2 * cell + 1] as number];
    if (rows === 0) return;
    const p = (totals.score[cell] as number) / rows;
    const tenth = Math.min(9, Math.max(0, Math.ceil(((cells.edges[cell] ?? 1) as number) * 10 - 1e-9) - 1));
    gap[tenth] = (gap[tenth] as number) + (no + yes) * p - yes;
    variance[tenth] = (variance[tenth] as number) + (no + yes) * p * (1 - p);
  });
  const sum = gap.reduce((total, one, at) => total + Math.sqrt(Math.max(0, one * one - (variance[at] as number))), 0);
  return ratio(sum, totals.labelled);
}

function multiclassMetric(cells: ScoreCells, metric: string, totals: Totals): number {
  const classes = outcomesOf(cells);
  const [occurs, answered, hits] = [new Float64Array(classes), new Float64Array(classes), new Float64Array(classes)];
  for (let cell = 0; cell < cellsOf(cells); cell += 1) {
    const predicted = predictedClass(cells, cell);
    for (let label = 0; label < classes; label += 1) {
      const rows = totals.outcomes[cell * classes + label] as number;
      occurs[label] = (occurs[label] as number) + rows;
      answered[predicted] = (answered[predicted] as number) + rows;
      if (label === predicted) hits[label] = (hits[label] as number) + rows;
    }
  }
  if (metric === 'accuracy') return ratio(sumOf(hits), totals.labelled);
  if (metric !== 'macroF1') return Number.NaN;
  const seen = Array.from(occurs, (_, at) => at).filter((at) => (occurs[at] as number) + (answered[at] as number) > 0);
  const f1 = seen.map((at) => (2 * (hits[at] as number)) / ((occurs[at] as number) + (answered[at] as number)));
  return ratio(sumOf(f1), seen.length);
}

function regressionMetric(metric: string, totals: Totals): number {
  const n = totals.labelled;
  const moment = (name: (typeof regressionMoments)[number]): number =>
    totals.moments[regressionMoments.indexOf(name)] as number;
  if (metric === 'mae') return ratio(moment('absolute'), n);
  if (metric === 'rmse') return Math.sqrt(ratio(moment('e2'), n));
  if (metric === 'mape') return moment('zeros') > 0 ? Number.NaN : ratio(moment('share'), n);
  const spread = moment('z2') - moment('z') ** 2 / n;
  return metric === 'r2' && spread > moment('z2') * 1e-14 ? 1 - moment('e2') / spread : Number.NaN;
}

function sumOf(values: ArrayLike<number>): number {
  return Array.from(values).reduce((total, value) => total + value, 0);
}
