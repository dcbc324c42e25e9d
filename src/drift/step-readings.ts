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
