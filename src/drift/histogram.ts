import { short } from './measured-column.ts';
import type { ColumnDrift } from './report.ts';

const bins = 12;

/**
 * Common bins of equal width between the outer percentiles of both windows, the first and last open; few distinct values (flags, hours of
 * half a day) get a bin each.
 * @param reference ascending, finite
 * @param current ascending, finite
 */
export function numericHistogram(reference: Float64Array, current: Float64Array): ColumnDrift['histogram'] {
  const distinct = fewDistinct(reference, current);
  if (distinct !== null)
    return {
      labels: distinct.map(short),
      reference: distinct.map((value) => below(reference, value, true) - below(reference, value, false)),
      current: distinct.map((value) => below(current, value, true) - below(current, value, false)),
    };
  const edges = equalEdges(reference, current);
  return { labels: labelsOf(edges), reference: countBetween(reference, edges), current: countBetween(current, edges) };
}

/** Ascending distinct values, or null when there are more than fit. */
function fewDistinct(...samples: readonly Float64Array[]): number[] | null {
  const seen = new Set<number>();
  for (const sorted of samples) {
    for (let at = 0; at < sorted.length; at = below(sorted, sorted[at] as number, true)) {
      seen.add(sorted[at] as number);
      if (seen.size > bins) return null;
    }
  }
  return [...seen].sort((a, b) => a - b);
}

function equalEdges(reference: Float64Array, current: Float64Array): number[] {
  const sides = [reference, current].filter((sorted) => sorted.length > 0);
  const at = (sorted: Float64Array, level: number): number => sorted[Math.round(level * (sorted.length - 1))] as number;
  let low = Math.min(...sides.map((sorted) => at(sorted, 0.01)));
  let high = Math.max(...sides.map((sorted) => at(sorted, 0.99)));
  // Nearly all values equal: the rare others must not collapse into one bin of no width.
  if (low === high) [low, high] = [Math.min(...sides.map((s) => at(s, 0))), Math.max(...sides.map((s) => at(s, 1)))];
  return Array.from({ length: bins - 1 }, (_, edge) => low + ((edge + 1) / bins) * (high - low));
}

function labelsOf(edges: readonly number[]): string[] {
  const inner = edges.slice(1).map((edge, at) => `${short(edges[at] as number)} to ${short(edge)}`);
  return [`< ${short(edges[0] as number)}`, ...inner, `≥ ${short(edges[edges.length - 1] as number)}`];
}

function countBetween(sorted: Float64Array, edges: readonly number[]): number[] {
  const cuts = [0, ...edges.map((edge) => below(sorted, edge, false)), sorted.length];
  return cuts.slice(1).map((cut, at) => cut - (cuts[at] as number));
}

/** How many values lie below the given one, or at most at it, by bisection. */
function below(sorted: Float64Array, value: number, orAt: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const here = sorted[middle] as number;
    if (here < value || (orAt && here === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}
