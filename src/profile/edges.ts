/** The most inner edges a column gets. */
const most = 255;

/**
 * Inner edges of a column's bins, ascending, at most 255. The first lies just below the smallest value and the last at the largest, so that
 * values outside the reference have bins of their own. Between them lies every value where there are few, else quantiles with ties merged.
 * @param sample some of the values, finite; sorted in place
 * @param range smallest and largest of all values; null where there is none
 */
export function binEdges(sample: Float64Array, range: readonly [number, number] | null): number[] {
  if (range === null) return [];
  const [min, max] = range;
  sample.sort();
  const inner = fewDistinct(sample) ?? quantiles(sample);
  return [justBelow(min), ...inner.filter((edge) => edge >= min && edge < max), max];
}

function fewDistinct(sorted: Float64Array): number[] | null {
  const seen: number[] = [];
  for (const value of sorted) {
    if (value === seen.at(-1)) continue;
    if (seen.length === most - 2) return null;
    seen.push(value);
  }
  return seen;
}

function quantiles(sorted: Float64Array): number[] {
  const edges: number[] = [];
  for (let k = 1; k <= most - 2; k += 1) {
    const edge = sorted[Math.ceil((k * sorted.length) / (most - 1)) - 1] as number;
    if (edge !== edges.at(-1)) edges.push(edge);
  }
  return edges;
}

/** The largest double below a finite one. */
function justBelow(value: number): number {
  if (value === 0) return -Number.MIN_VALUE;
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  bits.setBigInt64(0, bits.getBigInt64(0) + (value > 0 ? -1n : 1n));
  return bits.getFloat64(0);
}
