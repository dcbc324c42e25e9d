import { studentQuantile } from '../drift/student.ts';
import { type Estimated, standardError } from './influence.ts';
import type { Random } from './random.ts';

/** Comparisons for which a stated confidence holds together: all of their intervals cover with at least that probability. */
export interface ComparisonFamily {
  /** How many comparisons it keeps the confidence over. */
  readonly size: number;
  /** The confidence of a single interval with which all of them together keep the stated one. */
  single(stated: number): number;
}

/** Holds whatever the comparisons have to do with one another, and is wide where they say much the same. */
export function bonferroni(size: number): ComparisonFamily {
  return { size, single: (stated) => 1 - (1 - stated) / Math.max(1, size) };
}

/**
 * Learns from the comparisons themselves how much they say the same: a wild bootstrap turns the signs of whole blocks of time, the same in every
 * comparison, and looks how often any of the studentised differences is as far from 0 as its own t quantile ("max-T", Westfall & Young 1993).
 * Never narrower than one comparison alone, never wider than Bonferroni; with few blocks there are few sign patterns, and it is Bonferroni.
 */
export function jointFamily(comparisons: readonly Estimated[], random: Random): ComparisonFamily {
  const uncertain = comparisons.filter((comparison) => standardError(comparison) > 0);
  const bound = bonferroni(comparisons.length);
  if (uncertain.length < 2) return { size: comparisons.length, single: bonferroni(uncertain.length).single };
  let drawn: LargestStatistics | undefined;
  const known = new Map<number, number>();
  const single = (stated: number): number => {
    const before = known.get(stated);
    if (before !== undefined) return before;
    drawn ??= drawLargest(uncertain, random);
    const found = Math.min(bound.single(stated), jointLevel(uncertain.length, drawn, stated));
    known.set(stated, found);
    return found;
  };
  return { size: comparisons.length, single };
}

const draws = 4_000;

/** By degrees of freedom: the largest |t| of its comparisons in each draw. */
type LargestStatistics = ReadonlyMap<number, Float64Array>;

function drawLargest(comparisons: readonly Estimated[], random: Random): LargestStatistics {
  const place = new Map<number, number>();
  for (const { names } of comparisons) for (const name of names) if (!place.has(name)) place.set(name, place.size);
  const signs = new Float64Array(draws * place.size);
  for (let at = 0; at < signs.length; at += 1) signs[at] = random() < 0.5 ? -1 : 1;
  const largest = new Map<number, Float64Array>();
  for (const { influence, names, degrees } of comparisons) {
    const so = largest.get(degrees) ?? new Float64Array(draws);
    largest.set(degrees, so);
    const places = Int32Array.from(names, (name) => place.get(name) as number);
    raise(so, influence, places, signs, place.size);
  }
  return largest;
}

function raise(
  largest: Float64Array,
  influence: Float64Array,
  places: Int32Array,
  signs: Float64Array,
  width: number,
): void {
  const blocks = influence.length;
  const squares = influence.reduce((sum, value) => sum + value * value, 0);
  for (let draw = 0; draw < draws; draw += 1) {
    const from = draw * width;
    let sum = 0;
    for (let block = 0; block < blocks; block += 1)
      sum += (influence[block] as number) * (signs[from + (places[block] as number)] as number);
    // Turned signs leave the squares as they are: only the mean moves.
    const spread = (blocks / (blocks - 1)) * (squares - (sum * sum) / blocks);
    const statistic = spread > 0 ? Math.abs(sum) / Math.sqrt(spread) : Number.POSITIVE_INFINITY;
    if (statistic > (largest[draw] as number)) largest[draw] = statistic;
  }
}

/** The largest share of error for one comparison with which at most 1 - stated of the draws have any comparison beyond its t quantile. */
function jointLevel(comparisons: number, drawn: LargestStatistics, stated: number): number {
  const allowed = (1 - stated) * draws;
  let [low, high] = [(1 - stated) / comparisons, 1 - stated];
  for (let step = 0; step < 12; step += 1) {
    const middle = Math.sqrt(low * high);
    if (countBeyond(drawn, middle) <= allowed) low = middle;
    else high = middle;
  }
  return 1 - low;
}

function countBeyond(drawn: LargestStatistics, level: number): number {
  const beyond = new Uint8Array(draws);
  for (const [degrees, largest] of drawn) {
    const limit = studentQuantile(level / 2, degrees);
    for (let draw = 0; draw < draws; draw += 1) if ((largest[draw] as number) > limit) beyond[draw] = 1;
  }
  return beyond.reduce((count, one) => count + one, 0);
}
