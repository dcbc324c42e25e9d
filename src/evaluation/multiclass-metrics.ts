import { averagedNames } from '../plan/metrics.ts';
import { BlockSums } from './block-sums.ts';
import { calibrationBin, calibrationBins } from './calibration.ts';
import { averagedMetrics } from './confusion.ts';
import { clipProbability, gathered, joined, type MetricSet, ratio, type ScoredRows, weightOf } from './metric-set.ts';
import { rankingMetrics } from './ranking.ts';

const pointNames = ['accuracy', ...averagedNames, 'logLoss', 'brier', 'ece'] as const;
const rankingNames = ['auc', 'prAuc'] as const;

export const multiclassMetricNames: readonly string[] = [...pointNames, ...rankingNames];

/**
 * The predicted class is the first one with the highest probability, and `ece` compares that probability with how often it is right. `brier` sums
 * over classes. `auc` and `prAuc` are means over classes, each against the rest, and not defined unless all of them occur.
 */
export function multiclassMetrics(rows: ScoredRows): MetricSet {
  const classes = rows.scores.width;
  const points = sumByBlock(rows, classes).metrics(pointNames, (totals) => pointMetrics(totals, classes));
  return joined([points, meanOverClasses(Array.from({ length: classes }, (_, at) => oneAgainstRest(rows, at)))]);
}

/** The first class of a row with the highest probability. */
export function mostLikely({ values, width }: ScoredRows['scores'], row: number): number {
  const from = row * width;
  let best = 0;
  for (let at = 1; at < width; at += 1) if ((values[from + at] as number) > (values[from + best] as number)) best = at;
  return best;
}

const column = { n: 0, loss: 1, brier: 2, firstBin: 3, firstClass: 3 + calibrationBins } as const;

/** Per class: its rows, its predictions and its hits. */
function sumByBlock(rows: ScoredRows, classes: number): BlockSums {
  const { values } = rows.scores;
  const sums = new BlockSums(rows.blocks, column.firstClass + 3 * classes);
  for (let at = 0; at < rows.rows.length; at += 1) {
    const row = rows.rows[at] as number;
    const block = rows.block[at] as number;
    const weight = weightOf(rows, row);
    const label = rows.labels[row] as number;
    const predicted = mostLikely(rows.scores, row);
    const [ofLabel, ofPredicted] = [
      values[row * classes + label] as number,
      values[row * classes + predicted] as number,
    ];
    let brier = 1 - 2 * ofLabel;
    for (let one = 0; one < classes; one += 1) brier += (values[row * classes + one] as number) ** 2;
    sums.add(block, column.n, weight);
    sums.add(block, column.loss, -weight * Math.log(clipProbability(ofLabel)));
    sums.add(block, column.brier, weight * brier);
    sums.add(
      block,
      column.firstBin + calibrationBin(ofPredicted),
      weight * (ofPredicted - Number(predicted === label)),
    );
    sums.add(block, column.firstClass + 3 * label, weight);
    sums.add(block, column.firstClass + 3 * predicted + 1, weight);
    if (predicted === label) sums.add(block, column.firstClass + 3 * label + 2, weight);
  }
  return sums;
}

function pointMetrics(totals: Float64Array, classes: number): number[] {
  const [n = 0, loss = 0, brier = 0] = totals;
  const byClass = Array.from({ length: classes }, (_, at) => {
    const [occurs = 0, predicted = 0, hits = 0] = totals.subarray(column.firstClass + 3 * at);
    return { occurs, predicted, hits };
  });
  const miscalibration = totals
    .subarray(column.firstBin, column.firstClass)
    .reduce((sum, surplus) => sum + Math.abs(surplus), 0);
  const hits = byClass.reduce((sum, one) => sum + one.hits, 0);
  return [ratio(hits, n), ...averagedMetrics(byClass), ratio(loss, n), ratio(brier, n), ratio(miscalibration, n)];
}

function oneAgainstRest(rows: ScoredRows, label: number): MetricSet {
  const { values, width } = rows.scores;
  return rankingMetrics({
    score: gathered(rows.rows, (row) => values[row * width + label] as number),
    positive: gathered(rows.rows, (row) => Number(rows.labels[row] === label)),
    weight: rows.weights && gathered(rows.rows, (row) => weightOf(rows, row)),
    block: rows.block,
    blocks: rows.blocks,
  });
}

function meanOverClasses(sets: readonly MetricSet[]): MetricSet {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    names: rankingNames,
    values: Float64Array.from(rankingNames, (_, at) => mean(sets.map(({ values }) => values[at] as number))),
    influences: rankingNames.map((_, at) =>
      Float64Array.from(sets[0]?.influences[at] ?? [], (_, block) =>
        mean(sets.map(({ influences }) => influences[at]?.[block] as number)),
      ),
    ),
  };
}
