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
  let drawn: readonly Float32Array[] | undefined;
  const known = new Map<number, number>();
  const single = (stated: number): number => {
    const before = known.get(stated);
    if (before !== undefined) return before;
    drawn ??= drawStatistics(uncertain, random);
    const found = Math.min(bound.single(stated), jointLevel(uncertain, drawn, stated));
    known.set(stated, found);
    return found;
  };
  return { size: comparisons.length, single };
}

const draws = 4_000;

/** |t| by comparison and draw. */
function drawStatistics(comparisons: readonly Estimated[], random: Random): readonly Float32Array[] {
  const place = new Map<number, number>();
  for (const { names } of comparisons) for (const name of names) if (!place.has(name)) place.set(name, place.size);
  const places = comparisons.map(({ names }) => Int32Array.from(names, (name) => place.get(name) as number));
  const squares = comparisons.map(({ influence }) => influence.reduce((sum, value) => sum + value * value, 0));
  const statistics = comparisons.map(() => new Float32Array(draws));
  const signs = new Float64Array(place.size);
  for (let draw = 0; draw < draws; draw += 1) {
    for (let at = 0; at < signs.length; at += 1) signs[at] = random() < 0.5 ? -1 : 1;
    comparisons.forEach(({ influence }, which) => {
      (statistics[which] as Float32Array)[draw] = studentised(
        influence,
        places[which] as Int32Array,
        signs,
        squares[which] as number,
      );
    });
  }
  return statistics;
}

function studentised(influence: Float64Array, places: Int32Array, signs: Float64Array, squares: number): number {
  let sum = 0;
  for (let block = 0; block < influence.length; block += 1)
    sum += (influence[block] as number) * (signs[places[block] as number] as number);
  const blocks = influence.length;
  // Turned signs leave the squares as they are: only the mean moves.
  const spread = (blocks / (blocks - 1)) * (squares - (sum * sum) / blocks);
  return spread > 0 ? Math.abs(sum) / Math.sqrt(spread) : Number.POSITIVE_INFINITY;
}

/** The largest share of error for one comparison with which at most 1 - stated of the draws have any comparison beyond its t quantile. */
function jointLevel(comparisons: readonly Estimated[], drawn: readonly Float32Array[], stated: number): number {
  const allowed = (1 - stated) * draws;
  let [low, high] = [(1 - stated) / comparisons.length, 1 - stated];
  for (let step = 0; step < 12; step += 1) {
    const middle = Math.sqrt(low * high);
    if (countBeyond(comparisons, drawn, middle) <= allowed) low = middle;
    else high = middle;
  }
  return 1 - low;
}

function countBeyond(comparisons: readonly Estimated[], drawn: readonly Float32Array[], level: number): number {
  const beyond = new Uint8Array(draws);
  const limits = new Map<number, number>();
  comparisons.forEach(({ degrees }, which) => {
    const limit = limits.get(degrees) ?? studentQuantile(level / 2, degrees);
    limits.set(degrees, limit);
    const statistics = drawn[which] as Float32Array;
    for (let draw = 0; draw < draws; draw += 1) if ((statistics[draw] as number) > limit) beyond[draw] = 1;
  });
  return beyond.reduce((count, one) => count + one, 0);
}
