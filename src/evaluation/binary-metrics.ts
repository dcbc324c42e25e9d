import { averagedNames } from '../plan/metrics.ts';
import { BlockSums } from './block-sums.ts';
import { calibrationBin, calibrationBins } from './calibration.ts';
import { averagedMetrics } from './confusion.ts';
import {
  clipProbability,
  gathered,
  joined,
  type MetricSet,
  positiveProbability,
  ratio,
  type ScoredRows,
  saysYes,
  weightOf,
} from './metric-set.ts';
import { rankingMetrics } from './ranking.ts';

const rankingNames = ['auc', 'prAuc'] as const;
const pointNames = [
  'accuracy',
  'precision',
  'recall',
  'f1',
  'logLoss',
  'brier',
  'ece',
  'classBalance',
  ...averagedNames,
] as const;

export const binaryMetricNames: readonly string[] = [...rankingNames, ...pointNames];

/**
 * Metrics of P(last class). A row is predicted positive from the version's own threshold on, without one above 0.5, as an argmax over two
 * columns decides; `classBalance` is the share of such rows. `ece` is the expected calibration error over ten equal-width bins: sum over
 * bins of |sum(p - y)| / n.
 */
export function binaryMetrics(rows: ScoredRows): MetricSet {
  const { block, blocks } = rows;
  const ranking = rankingMetrics({
    score: gathered(rows.rows, (row) => positiveProbability(rows, row)),
    positive: gathered(rows.rows, (row) => rows.labels[row] as number),
    weight: rows.weights && gathered(rows.rows, (row) => weightOf(rows, row)),
    block,
    blocks,
  });
  return joined([ranking, sumByBlock(rows).metrics(pointNames, pointMetrics)]);
}

const column = { n: 0, positive: 1, predicted: 2, hit: 3, loss: 4, brier: 5, firstBin: 6 } as const;

function sumByBlock(rows: ScoredRows): BlockSums {
  const sums = new BlockSums(rows.blocks, column.firstBin + calibrationBins);
  const { yesFrom } = rows.scores;
  for (let at = 0; at < rows.rows.length; at += 1) {
    const row = rows.rows[at] as number;
    const block = rows.block[at] as number;
    const weight = weightOf(rows, row);
    const positive = rows.labels[row] as number;
    const p = positiveProbability(rows, row);
    sums.add(block, column.n, weight);
    sums.add(block, column.positive, weight * positive);
    if (saysYes(p, yesFrom)) {
      sums.add(block, column.predicted, weight);
      sums.add(block, column.hit, weight * positive);
    }
    sums.add(block, column.loss, -weight * Math.log(positive === 1 ? clipProbability(p) : 1 - clipProbability(p)));
    sums.add(block, column.brier, weight * (p - positive) ** 2);
    sums.add(block, column.firstBin + calibrationBin(p), weight * (p - positive));
  }
  return sums;
}

/** In the order of their names. */
function pointMetrics(totals: Float64Array): number[] {
  const [n = 0, positive = 0, predicted = 0, hit = 0, loss = 0, brier = 0] = totals;
  let miscalibration = 0;
  for (let bin = 0; bin < calibrationBins; bin += 1)
    miscalibration += Math.abs(totals[column.firstBin + bin] as number);
  const rejected = n - positive - predicted + hit;
  return [
    ratio(rejected + hit, n),
    ratio(hit, predicted),
    ratio(hit, positive),
    ratio(2 * hit, positive + predicted),
    ratio(loss, n),
    ratio(brier, n),
    ratio(miscalibration, n),
    ratio(predicted, n),
    ...averagedMetrics([
      { occurs: n - positive, predicted: n - predicted, hits: rejected },
      { occurs: positive, predicted, hits: hit },
    ]),
  ];
}
