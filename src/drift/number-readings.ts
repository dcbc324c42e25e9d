import type { StepVisitor } from './steps.ts';

/** Reads values off at wanted ranks (0 = smallest) among the finite values of each side. */
export function rankReader(
  reference: { readonly ranks: readonly number[] },
  current: { readonly ranks: readonly number[] },
): StepVisitor & { valueAt(side: 'reference' | 'current', rank: number): number } {
  const sides = { reference: reader(reference.ranks), current: reader(current.ranks) };
  return {
    atom(value, inReference, inCurrent) {
      if (!Number.isFinite(value)) return;
      sides.reference.pass(value, inReference);
      sides.current.pass(value, inCurrent);
    },
    block(low, _high, inReference, _a, inCurrent) {
      sides.reference.pass(low, inReference);
      sides.current.pass(low, inCurrent);
    },
    valueAt: (side, rank) => sides[side].found.get(rank) as number,
  };
}

function reader(ranks: readonly number[]): {
  pass(value: number, count: number): void;
  readonly found: ReadonlyMap<number, number>;
} {
  const wanted = [...new Set(ranks)].sort((a, b) => a - b);
  const found = new Map<number, number>();
  let [before, next] = [0, 0];
  return {
    found,
    pass(value, count) {
      before += count;
      for (; next < wanted.length && (wanted[next] as number) < before; next += 1) found.set(wanted[next] as number, value);
    },
  };
}

/**
 * Counts the values of each side between edges. An edge is either a value's own place, one between two neighbours that came up as values,
 * or the edge of a bucket, so that no block lies across it.
 * @param edges ascending
 * @param atEdge the bin of a value that equals an edge: the one below it (quantile bins) or above it (pictures)
 */
export function edgeCounter(
  edges: readonly number[],
  atEdge: 'below' | 'above',
): StepVisitor & { readonly reference: number[]; readonly current: number[] } {
  const reference = new Array<number>(edges.length + 1).fill(0);
  const current = new Array<number>(edges.length + 1).fill(0);
  let bin = 0;
  const put = (value: number, inReference: number, inCurrent: number, below: boolean): void => {
    while (bin < edges.length && (below ? value > (edges[bin] as number) : value >= (edges[bin] as number))) bin += 1;
    reference[bin] = (reference[bin] as number) + inReference;
    current[bin] = (current[bin] as number) + inCurrent;
  };
  return {
    reference,
    current,
    atom: (value, inReference, inCurrent) => put(value, inReference, inCurrent, atEdge === 'below'),
    block: (low, high, inReference, _a, inCurrent) => put((low + high) / 2, inReference, inCurrent, atEdge === 'below'),
  };
}
