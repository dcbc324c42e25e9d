import { descendingOrder } from './descending.ts';
import type { MetricSet } from './metric-set.ts';

/** Two classes told apart by a score; one entry per row of a part of the hold-out. */
export interface RankedRows {
  readonly score: Float64Array;
  readonly positive: Uint8Array;
  readonly weight: Float64Array | null;
  readonly block: Int32Array;
  readonly blocks: number;
}

/**
 * AUC and average precision, AP = sum of (R_n - R_(n-1)) * P_n; rows of one score enter together, and count half for the AUC (Mann-Whitney).
 * The AUC's influences are those of DeLong, DeLong & Clarke-Pearson (1988), summed over blocks and scaled as Obuchowski (1997) does for clustered
 * rows: with one row a block their variance is DeLong's. The average precision's are its derivatives by the weights of the rows.
 */
export function rankingMetrics(rows: RankedRows): MetricSet {
  const { groupOf, groups } = groupByScore(rows);
  const places = placements(groups);
  const [auc, averagePrecision] = [areaUnderCurve(rows, groupOf, places), precisionOf(rows, groupOf, groups, places)];
  return {
    names: ['auc', 'prAuc'],
    values: Float64Array.from([auc.value, averagePrecision.value]),
    influences: [auc.influence, averagePrecision.influence],
  };
}

/** Weights of the rows of one score, highest score first. */
interface Groups {
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
}

function groupByScore(rows: RankedRows): { readonly groupOf: Int32Array; readonly groups: Groups } {
  const { score, positive, weight } = rows;
  const order = descendingOrder(score);
  const groupOf = new Int32Array(score.length);
  const [positives, negatives] = [new Float64Array(score.length), new Float64Array(score.length)];
  let group = -1;
  let last = Number.NaN;
  for (const row of order) {
    if (score[row] !== last) group += 1;
    last = score[row] as number;
    groupOf[row] = group;
    const side = positive[row] === 1 ? positives : negatives;
    side[group] = (side[group] as number) + (weight === null ? 1 : (weight[row] as number));
  }
  return {
    groupOf,
    groups: { positives: positives.subarray(0, group + 1), negatives: negatives.subarray(0, group + 1) },
  };
}

interface Placements {
  readonly positives: number;
  readonly negatives: number;
  /** Weight of positives above each group, with half of its own. */
  readonly positivesAbove: Float64Array;
  /** Weight of negatives below each group, with half of its own. */
  readonly negativesBelow: Float64Array;
}

function placements({ positives, negatives }: Groups): Placements {
  const [above, below] = [new Float64Array(positives.length), new Float64Array(positives.length)];
  let [seen, passed] = [0, 0];
  for (let group = 0; group < positives.length; group += 1) {
    above[group] = seen + (positives[group] as number) / 2;
    seen += positives[group] as number;
  }
  for (let group = positives.length - 1; group >= 0; group -= 1) {
    below[group] = passed + (negatives[group] as number) / 2;
    passed += negatives[group] as number;
  }
  return { positives: seen, negatives: passed, positivesAbove: above, negativesBelow: below };
}

interface Influenced {
  readonly value: number;
  readonly influence: Float64Array;
}

function areaUnderCurve(rows: RankedRows, groupOf: Int32Array, places: Placements): Influenced {
  const { block, blocks, positive, weight } = rows;
  const { positives, negatives, positivesAbove, negativesBelow } = places;
  const [ofPositives, ofNegatives] = [new Float64Array(blocks), new Float64Array(blocks)];
  const [positiveWeight, negativeWeight] = [new Float64Array(blocks), new Float64Array(blocks)];
  let area = 0;
  for (let row = 0; row < block.length; row += 1) {
    const at = block[row] as number;
    const counted = weight === null ? 1 : (weight[row] as number);
    const group = groupOf[row] as number;
    if (positive[row] === 1) {
      const beaten = counted * (negativesBelow[group] as number);
      ofPositives[at] = (ofPositives[at] as number) + beaten;
      positiveWeight[at] = (positiveWeight[at] as number) + counted;
      area += beaten;
    } else {
      ofNegatives[at] = (ofNegatives[at] as number) + counted * (positivesAbove[group] as number);
      negativeWeight[at] = (negativeWeight[at] as number) + counted;
    }
  }
  if (!(positives > 0 && negatives > 0))
    return { value: Number.NaN, influence: new Float64Array(blocks).fill(Number.NaN) };
  const pairs = positives * negatives;
  const value = area / pairs;
  const [scalePositives, scaleNegatives] = [clusterScale(positiveWeight), clusterScale(negativeWeight)];
  const influence = ofPositives.map(
    (beaten, at) =>
      scalePositives * (beaten / pairs - ((positiveWeight[at] as number) * value) / positives) +
      scaleNegatives * ((ofNegatives[at] as number) / pairs - ((negativeWeight[at] as number) * value) / negatives),
  );
  return { value, influence };
}

/** Obuchowski's I / (I - 1) counts the clusters that hold rows of the class; a variance is later multiplied by B / (B - 1) over all blocks. */
function clusterScale(weights: Float64Array): number {
  const [filled, blocks] = [weights.reduce((count, weight) => count + (weight > 0 ? 1 : 0), 0), weights.length];
  return filled > 1 && blocks > 1 ? Math.sqrt((filled / (filled - 1)) * ((blocks - 1) / blocks)) : Number.NaN;
}

function precisionOf(rows: RankedRows, groupOf: Int32Array, groups: Groups, { positives }: Placements): Influenced {
  const { block, blocks, positive, weight } = rows;
  const influence = new Float64Array(blocks).fill(positives > 0 ? 0 : Number.NaN);
  if (!(positives > 0)) return { value: Number.NaN, influence };
  const { sum, byPositive, byNegative } = precisionSlopes(groups);
  for (let row = 0; row < block.length; row += 1) {
    const at = block[row] as number;
    const group = groupOf[row] as number;
    const slope = positive[row] === 1 ? (byPositive[group] as number) - sum / positives : (byNegative[group] as number);
    influence[at] = (influence[at] as number) + ((weight === null ? 1 : (weight[row] as number)) * slope) / positives;
  }
  return { value: sum / positives, influence };
}

/** The sum of precisions at the positives, and its derivatives by the weight of a positive and of a negative row of each group. */
function precisionSlopes({ positives, negatives }: Groups): {
  readonly sum: number;
  readonly byPositive: Float64Array;
  readonly byNegative: Float64Array;
} {
  const groups = positives.length;
  const [hits, misses] = [new Float64Array(groups), new Float64Array(groups)];
  let [hit, miss, sum] = [0, 0, 0];
  for (let group = 0; group < groups; group += 1) {
    hit += positives[group] as number;
    miss += negatives[group] as number;
    hits[group] = hit;
    misses[group] = miss;
    sum += ((positives[group] as number) * hit) / (hit + miss);
  }
  let [gain, loss] = [0, 0];
  for (let group = groups - 1; group >= 0; group -= 1) {
    const [above, below, own] = [hits[group] as number, misses[group] as number, positives[group] as number];
    gain += (own * below) / (above + below) ** 2;
    loss += (own * above) / (above + below) ** 2;
    hits[group] = above / (above + below) + gain;
    misses[group] = -loss;
  }
  return { sum, byPositive: hits, byNegative: misses };
}
