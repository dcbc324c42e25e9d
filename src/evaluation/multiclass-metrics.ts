import { BlockSums, clipProbability, type MetricSet, ratio, type ScoredRows } from './metric-set.ts';

export const multiclassMetricNames = ['accuracy', 'macroF1', 'logLoss'] as const;

/** The predicted class is the first one with the highest probability. `macroF1` averages over classes that occur or are predicted. */
export function prepareMulticlass(rows: ScoredRows): MetricSet {
  const classes = rows.scores.width;
  const sums = sumByBlock(rows, classes);
  return {
    names: multiclassMetricNames,
    evaluate: (counts) => {
      const totals = sums.total(counts);
      const n = totals[0] as number;
      return Float64Array.from([
        ratio(totals[1] as number, n),
        macroF1(totals, classes),
        ratio(totals[2] as number, n),
      ]);
    },
  };
}

const shared = 3;

/** Columns: rows, correct, loss; then per class its rows, its predictions and its hits. */
function sumByBlock(rows: ScoredRows, classes: number): BlockSums {
  const sums = new BlockSums(rows.blocks, shared + 3 * classes);
  rows.rows.forEach((row, at) => {
    const block = rows.block[at] as number;
    const label = rows.labels[row] as number;
    const predicted = mostLikely(rows, row);
    const p = rows.scores.values[row * classes + label] as number;
    sums.add(block, 0, 1);
    sums.add(block, 1, predicted === label ? 1 : 0);
    sums.add(block, 2, -Math.log(clipProbability(p)));
    sums.add(block, shared + 3 * label, 1);
    sums.add(block, shared + 3 * predicted + 1, 1);
    if (predicted === label) sums.add(block, shared + 3 * label + 2, 1);
  });
  return sums;
}

function mostLikely({ scores }: ScoredRows, row: number): number {
  const from = row * scores.width;
  let best = 0;
  for (let at = 1; at < scores.width; at += 1)
    if ((scores.values[from + at] as number) > (scores.values[from + best] as number)) best = at;
  return best;
}

function macroF1(totals: Float64Array, classes: number): number {
  let [sum, seen] = [0, 0];
  for (let at = 0; at < classes; at += 1) {
    const [occurs = 0, predicted = 0, hits = 0] = totals.subarray(shared + 3 * at, shared + 3 * at + 3);
    if (occurs + predicted === 0) continue;
    sum += (2 * hits) / (occurs + predicted);
    seen += 1;
  }
  return ratio(sum, seen);
}
