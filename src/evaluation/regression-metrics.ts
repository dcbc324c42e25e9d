import { BlockSums, type MetricSet, ratio, type ScoredRows } from './metric-set.ts';

export const regressionMetricNames = ['mae', 'rmse', 'r2', 'mape'] as const;

/** `r2` is not defined on labels that are all equal, `mape` not where a label is zero. `mape` is a share, not a percentage. */
export function prepareRegression(rows: ScoredRows): MetricSet {
  const sums = sumByBlock(rows);
  return {
    names: regressionMetricNames,
    evaluate: (counts) => {
      const [n = 0, absolute = 0, squared = 0, label = 0, labelSquared = 0, share = 0, zeros = 0] = sums.total(counts);
      const spread = labelSquared - (label * label) / n;
      // What is left of equal labels after the subtraction is rounding, not spread.
      const constant = !(spread > labelSquared * 1e-14);
      return Float64Array.from([
        ratio(absolute, n),
        Math.sqrt(ratio(squared, n)),
        constant ? Number.NaN : 1 - squared / spread,
        zeros > 0 ? Number.NaN : ratio(share, n),
      ]);
    },
  };
}

function sumByBlock(rows: ScoredRows): BlockSums {
  const { labels, scores } = rows;
  const sums = new BlockSums(rows.blocks, 7);
  // Labels are centred, so that their spread survives a large mean.
  const centre = rows.rows.reduce((sum, row) => sum + (labels[row] as number), 0) / rows.rows.length;
  rows.rows.forEach((row, at) => {
    const block = rows.block[at] as number;
    const label = labels[row] as number;
    const error = (scores.values[row] as number) - label;
    sums.add(block, 0, 1);
    sums.add(block, 1, Math.abs(error));
    sums.add(block, 2, error * error);
    sums.add(block, 3, label - centre);
    sums.add(block, 4, (label - centre) ** 2);
    if (label === 0) sums.add(block, 6, 1);
    else sums.add(block, 5, Math.abs(error / label));
  });
  return sums;
}
