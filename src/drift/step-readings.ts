import type { Steps } from './steps.ts';

/** Reads the values at wanted ranks (0 = smallest) among the finite values of one side. */
export function readRanks(
  side: 'reference' | 'current',
  ranks: readonly number[],
): { add(steps: Steps): void; readonly found: ReadonlyMap<number, number> } {
  const wanted = [...new Set(ranks)].sort((a, b) => a - b);
  const found = new Map<number, number>();
  let before = 0;
  let next = 0;
  return {
    found,
    add({ length, low, inReference, inCurrent }) {
      const counts = side === 'reference' ? inReference : inCurrent;
      for (let at = 0; at < length && next < wanted.length; at += 1) {
        const value = low[at] as number;
        if (!Number.isFinite(value)) continue;
        before += counts[at] as number;
        for (; next < wanted.length && (wanted[next] as number) < before; next += 1)
          found.set(wanted[next] as number, value);
      }
    },
  };
}

/**
 * Counts the values of each side between edges. An edge lies at a value, between two neighbours that came up as values, or at the edge of
 * a bucket, so that no block lies across it.
 * @param edges ascending
 * @param atEdge the bin of a value that equals an edge: the one below it (quantile bins) or above it (pictures)
 */
export function countBins(
  edges: readonly number[],
  atEdge: 'below' | 'above',
): {
  add(steps: Steps): void;
  readonly counts: { readonly reference: readonly number[]; readonly current: readonly number[] };
} {
  const reference = new Array<number>(edges.length + 1).fill(0);
  const current = new Array<number>(edges.length + 1).fill(0);
  let bin = 0;
  return {
    counts: { reference, current },
    add({ length, low, high, inReference, inCurrent }) {
      for (let at = 0; at < length; at += 1) {
        const from = low[at] as number;
        const value = from === high[at] ? from : (from + (high[at] as number)) / 2;
        while (bin < edges.length && isPast(value, edges[bin] as number, atEdge)) bin += 1;
        reference[bin] = (reference[bin] as number) + (inReference[at] as number);
        current[bin] = (current[bin] as number) + (inCurrent[at] as number);
      }
    },
  };
}

function isPast(value: number, edge: number, atEdge: 'below' | 'above'): boolean {
  return atEdge === 'below' ? value > edge : value >= edge;
}

/** Finds the different finite values, ascending, where there are at most so many and all came up as values; else null. */
export function findFewValues(most: number): { add(steps: Steps): void; values(): number[] | null } {
  const seen: number[] = [];
  let few = true;
  return {
    values: () => (few ? seen : null),
    add({ length, low, high }) {
      for (let at = 0; at < length && few; at += 1) {
        const value = low[at] as number;
        if (!Number.isFinite(value)) continue;
        few = value === high[at] && seen.length < most;
        if (few) seen.push(value);
      }
    },
  };
}
