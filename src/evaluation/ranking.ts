import { positiveProbability, type ScoredRows } from './metric-set.ts';

/**
 * Sorts once; each call then walks the rows from the highest score down and takes a weight per block. Rows of one score form a group, so that
 * ties count half for the AUC (Mann-Whitney form) and enter the average precision together: AP = sum of (R_n - R_(n-1)) * P_n.
 */
export function prepareRanking(
  rows: ScoredRows,
): (counts: Float64Array) => { readonly auc: number; readonly averagePrecision: number } {
  const { keys, groupEnds } = sortByScore(rows);
  return (counts) => {
    let [positives, negatives, area, precisionSum] = [0, 0, 0, 0];
    let [groupPositives, groupNegatives] = [0, 0];
    for (let at = 0; at < keys.length; at += 1) {
      const key = keys[at] as number;
      const count = counts[key >> 1] as number;
      if ((key & 1) === 1) groupPositives += count;
      else groupNegatives += count;
      if (groupEnds[at] === 0) continue;
      area += groupNegatives * (positives + groupPositives / 2);
      positives += groupPositives;
      negatives += groupNegatives;
      if (groupPositives > 0) precisionSum += (groupPositives * positives) / (positives + negatives);
      groupPositives = 0;
      groupNegatives = 0;
    }
    return {
      auc: positives > 0 && negatives > 0 ? area / (positives * negatives) : Number.NaN,
      averagePrecision: positives > 0 ? precisionSum / positives : Number.NaN,
    };
  };
}

/** Block and label packed into one integer (2 * block + label), highest score first. */
function sortByScore(rows: ScoredRows): { readonly keys: Int32Array; readonly groupEnds: Uint8Array } {
  const score = Float64Array.from(rows.rows, (row) => positiveProbability(rows, row));
  const order = Int32Array.from(score, (_, at) => at).sort((a, b) => (score[b] as number) - (score[a] as number));
  return {
    keys: order.map((at) => 2 * (rows.block[at] as number) + (rows.labels[rows.rows[at] as number] as number)),
    groupEnds: Uint8Array.from(order, (at, place) => (score[order[place + 1] ?? -1] === score[at] ? 0 : 1)),
  };
}
