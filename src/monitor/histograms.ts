import { short } from '../drift/measured-column.ts';
import type { ColumnDrift } from '../drift/report.ts';
import type { CategoricalProfile, NumericProfile } from '../profile/profile.ts';

const shown = 12;

/**
 * Common bins of equal width between the outer percentiles of both sides, the first and last open. A profile's bins are much finer than these,
 * so that each goes as a whole to where its upper edge lies; few distinct values get a bin each.
 */
export function numbersHistogram(
  was: NumericProfile,
  is: NumericProfile,
  edges: readonly number[],
): ColumnDrift['histogram'] {
  // The first edge lies just below the smallest value: the others are the values where there are few.
  const values = edges.slice(1);
  if (values.length === 0) return { labels: [], reference: [], current: [] };
  const outside = [is.bins[0] ?? 0, is.bins.at(-1) ?? 0].some((count) => count > 0);
  if (values.length <= shown && !outside)
    return { labels: values.map(short), reference: was.bins.slice(1, -1), current: is.bins.slice(1, -1) };
  const [low, high] = outerPercentiles([was, is], edges);
  const cuts = Array.from({ length: shown - 1 }, (_, cut) => low + ((cut + 1) / shown) * (high - low));
  const inner = cuts.slice(1).map((cut, at) => `${short(cuts[at] as number)} to ${short(cut)}`);
  return {
    labels: [`< ${short(cuts[0] as number)}`, ...inner, `≥ ${short(cuts[cuts.length - 1] as number)}`],
    reference: gather(was, edges, cuts),
    current: gather(is, edges, cuts),
  };
}

/** The most frequent names of both sides together, and the rest as one. */
export function namesHistogram(
  names: readonly string[],
  was: CategoricalProfile,
  is: CategoricalProfile,
): ColumnDrift['histogram'] {
  const weight = (name: string): number =>
    (was.counts[name] ?? 0) / Math.max(1, was.present) + (is.counts[name] ?? 0) / Math.max(1, is.present);
  const top = [...names].sort((a, b) => weight(b) - weight(a)).slice(0, shown);
  const of = ({ counts, present }: CategoricalProfile): number[] => {
    const shownRows = top.map((name) => counts[name] ?? 0);
    return [...shownRows, present - shownRows.reduce((sum, rows) => sum + rows, 0)];
  };
  const [reference, current] = [of(was), of(is)];
  const hasRest = (reference.at(-1) ?? 0) + (current.at(-1) ?? 0) > 0;
  if (!hasRest) return { labels: top, reference: reference.slice(0, -1), current: current.slice(0, -1) };
  return { labels: [...top, 'other'], reference, current };
}

function outerPercentiles(sides: readonly NumericProfile[], edges: readonly number[]): readonly [number, number] {
  const ends = sides.flatMap(({ bins, min, max }) => {
    if (min === null || max === null) return [];
    const total = bins.reduce((sum, count) => sum + count, 0);
    const quantile = (share: number): number => {
      let below = 0;
      const bin = bins.findIndex((count) => {
        below += count;
        return below >= share * total;
      });
      return Math.min(max, Math.max(min, edges[bin] ?? max));
    };
    return [[quantile(0.01), quantile(0.99)] as const];
  });
  const low = Math.min(...ends.map(([least]) => least));
  const high = Math.max(...ends.map(([, most]) => most));
  return low < high ? [low, high] : [low, low + 1];
}

function gather({ bins, max }: NumericProfile, edges: readonly number[], cuts: readonly number[]): number[] {
  const counts = new Array<number>(cuts.length + 1).fill(0);
  for (const [bin, count] of bins.entries()) {
    const upper = edges[bin] ?? max ?? 0;
    const lower = edges[bin - 1] ?? upper;
    const place = bin === bins.length - 1 ? (lower + upper) / 2 : upper;
    const cut = cuts.findIndex((one) => place < one);
    const at = cut < 0 ? cuts.length : cut;
    counts[at] = (counts[at] as number) + count;
  }
  return counts;
}
