import { centred } from './block-sums.ts';
import { descendingOrder } from './descending.ts';
import type { MetricSet } from './metric-set.ts';

/** Two classes told apart by a score; one entry per row of a part of the hold-out. */
export interface RankedRows {
  readonly score: Float64Array;
  /** 1 or 0. */
  readonly positive: Float64Array;
  readonly weight: Float64Array | null;
  readonly block: Int32Array;
  readonly blocks: number;
}

/**
 * AUC and average precision, AP = sum of (R_n - R_(n-1)) * P_n; rows of one score enter together, and count half for the AUC (Mann-Whitney).
 * The AUC's influences are those of DeLong, DeLong & Clarke-Pearson (1988), summed over blocks and scaled as Obuchowski (1997) does for clustered
 * rows: with one row a block their variance is DeLong's. The average precision's are those of the delete-one-block jackknife.
 */
export function rankingMetrics(rows: RankedRows): MetricSet {
  const { order, groupOf, groups } = groupByScore(rows);
  const auc = areaUnderCurve(rows, groupOf, placements(groups));
  const averagePrecision = precisionOf(rows, order, groupOf);
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

function groupByScore(rows: RankedRows): {
  readonly order: Int32Array;
  readonly groupOf: Int32Array;
  readonly groups: Groups;
} {
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
    order,
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

/** Walks once from the highest score down, and keeps beside the whole what each block leaves when it is taken away. */
function precisionOf(
  { block, blocks, positive, weight }: RankedRows,
  order: Int32Array,
  groupOf: Int32Array,
): Influenced {
  const all = new Walk();
  const own = Array.from({ length: blocks }, () => new Walk());
  const without = new Float64Array(blocks);
  let sum = 0;
  for (let at = 0; at < order.length; at += 1) {
    const row = order[at] as number;
    const [counted, hit] = [weight === null ? 1 : (weight[row] as number), positive[row] === 1];
    all.add(counted, hit);
    (own[block[row] as number] as Walk).add(counted, hit);
    if (groupOf[order[at + 1] ?? -1] === groupOf[row]) continue;
    sum += all.fresh > 0 ? (all.fresh * all.hits) / (all.hits + all.misses) : 0;
    if (all.fresh > 0)
      for (let other = 0; other < blocks; other += 1) {
        const { fresh, hits, misses } = own[other] as Walk;
        const [gained, left] = [all.fresh - fresh, all.hits - hits];
        if (gained > 0) without[other] = (without[other] as number) + (gained * left) / (left + all.misses - misses);
        (own[other] as Walk).fresh = 0;
      }
    all.fresh = 0;
  }
  const value = all.hits > 0 ? sum / all.hits : Number.NaN;
  const influence = without.map((precisions, other) => {
    const left = all.hits - (own[other] as Walk).hits;
    return left > 1e-12 * all.hits ? ((blocks - 1) / blocks) * (value - precisions / left) : Number.NaN;
  });
  return { value, influence: centred(influence) };
}

/** Weights of positives and negatives so far; `fresh` are the positives of the score that is being walked. */
class Walk {
  hits = 0;
  misses = 0;
  fresh = 0;

  add(weight: number, hit: boolean): void {
    if (!hit) {
      this.misses += weight;
      return;
    }
    this.hits += weight;
    this.fresh += weight;
  }
}
