import {
  BlockSums,
  clipProbability,
  type MetricSet,
  positiveProbability,
  ratio,
  type ScoredRows,
} from './metric-set.ts';
import { prepareRanking } from './ranking.ts';

export const binaryMetricNames = [
  'auc',
  'prAuc',
  'accuracy',
  'precision',
  'recall',
  'f1',
  'logLoss',
  'brier',
  'ece',
  'classBalance',
] as const;

/**
 * Metrics of P(last class). A row is predicted positive when that exceeds 0.5, as an argmax over two columns decides; `classBalance` is the
 * share of such rows. `ece` is the expected calibration error over ten equal-width bins: sum over bins of |sum(p - y)| / n.
 */
export function prepareBinary(rows: ScoredRows): MetricSet {
  const ranking = prepareRanking(rows);
  const sums = sumByBlock(rows);
  return {
    names: binaryMetricNames,
    evaluate: (counts) => {
      const { auc, averagePrecision } = ranking(counts);
      return Float64Array.from([auc, averagePrecision, ...pointMetrics(sums.total(counts))]);
    },
  };
}

const bins = 10;
const column = { n: 0, positive: 1, predicted: 2, hit: 3, loss: 4, brier: 5, firstBin: 6 } as const;

function sumByBlock(rows: ScoredRows): BlockSums {
  const sums = new BlockSums(rows.blocks, column.firstBin + bins);
  rows.rows.forEach((row, at) => {
    const block = rows.block[at] as number;
    const positive = rows.labels[row] as number;
    const p = positiveProbability(rows, row);
    const predicted = p > 0.5 ? 1 : 0;
    sums.add(block, column.n, 1);
    sums.add(block, column.positive, positive);
    sums.add(block, column.predicted, predicted);
    sums.add(block, column.hit, predicted * positive);
    sums.add(block, column.loss, -Math.log(positive === 1 ? clipProbability(p) : 1 - clipProbability(p)));
    sums.add(block, column.brier, (p - positive) ** 2);
    sums.add(block, column.firstBin + binOf(p), p - positive);
  });
  return sums;
}

/** Bins are closed above, as in scikit-learn's calibration curve. */
function binOf(p: number): number {
  return Math.min(bins - 1, Math.max(0, Math.ceil(p * bins) - 1));
}

/** In the order of the names after the two ranking metrics. */
function pointMetrics(totals: Float64Array): number[] {
  const [n = 0, positive = 0, predicted = 0, hit = 0, loss = 0, brier = 0] = totals;
  let miscalibration = 0;
  for (let bin = 0; bin < bins; bin += 1) miscalibration += Math.abs(totals[column.firstBin + bin] as number);
  return [
    ratio(n - positive - predicted + 2 * hit, n),
    ratio(hit, predicted),
    ratio(hit, positive),
    ratio(2 * hit, positive + predicted),
    ratio(loss, n),
    ratio(brier, n),
    ratio(miscalibration, n),
    ratio(predicted, n),
  ];
}
