import { BlockSums } from './block-sums.ts';
import { type MetricSet, ratio, type ScoredRows, weightOf } from './metric-set.ts';

/** The quantiles whose pinball loss is measured. */
const pinballLevels = [0.1, 0.5, 0.9] as const;

export const regressionMetricNames: readonly string[] = [
  'mae',
  'rmse',
  'r2',
  'mape',
  ...pinballLevels.map((level) => `pinball${100 * level}`),
];

/**
 * `r2` is not defined on labels that are all equal, `mape` not where a label is zero. `mape` is a share, not a percentage. `pinball90` is the loss
 * of the prediction as an estimate of the label's 90 % quantile: mean of 0.9 * (y - p) where y > p, and of 0.1 * (p - y) elsewhere.
 */
export function regressionMetrics(rows: ScoredRows): MetricSet {
  return sumByBlock(rows).metrics(regressionMetricNames, (totals) => {
    const [n = 0, over = 0, under = 0, squared = 0, label = 0, labelSquared = 0, share = 0, zeros = 0] = totals;
    const spread = labelSquared - (label * label) / n;
    // What is left of equal labels after the subtraction is rounding, not spread.
    const constant = !(spread > labelSquared * 1e-14);
    return [
      ratio(over + under, n),
      Math.sqrt(ratio(squared, n)),
      constant ? Number.NaN : 1 - squared / spread,
      zeros > 0 ? Number.NaN : ratio(share, n),
      ...pinballLevels.map((level) => ratio(level * under + (1 - level) * over, n)),
    ];
  });
}

function sumByBlock(rows: ScoredRows): BlockSums {
  const { labels, scores } = rows;
  const sums = new BlockSums(rows.blocks, 8);
  // Labels are centred, so that their spread survives a large mean.
  const centre = rows.rows.reduce((sum, row) => sum + (labels[row] as number), 0) / rows.rows.length;
  for (let at = 0; at < rows.rows.length; at += 1) {
    const row = rows.rows[at] as number;
    const block = rows.block[at] as number;
    const weight = weightOf(rows, row);
    const label = labels[row] as number;
    const error = (scores.values[row] as number) - label;
    sums.add(block, 0, weight);
    sums.add(block, error > 0 ? 1 : 2, weight * Math.abs(error));
    sums.add(block, 3, weight * error * error);
    sums.add(block, 4, weight * (label - centre));
    sums.add(block, 5, weight * (label - centre) ** 2);
    if (label === 0) sums.add(block, 7, 1);
    else sums.add(block, 6, weight * Math.abs(error / label));
  }
  return sums;
}
