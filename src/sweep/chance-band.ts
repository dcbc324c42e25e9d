import type { Direction } from './direction.ts';

/** Between which values the best so far would lie, eight times out of ten. */
export interface Band {
  readonly low: number;
  readonly high: number;
}

/**
 * What the best so far would have been had the same trials come in an order of chance: a search that learns leaves this band on its good
 * side. Exact: of k of n values in random order the best is at least the i-th worst with the chance that not all k are among those below it.
 * @param values of trials in the order in which they ended; null: it has none, and changes nothing
 * @returns for each trial the 10 % and the 90 % quantile; null until one has a value
 */
export function chanceBand(values: readonly (number | null)[], direction: Direction): (Band | null)[] {
  const sign = direction === 'maximize' ? 1 : -1;
  const sorted = values
    .filter((value) => value !== null)
    .map((value) => sign * value)
    .sort((a, b) => a - b);
  let seen = 0;
  return values.map((value) => {
    if (value !== null) seen += 1;
    if (seen === 0) return null;
    const [one, other] = [quantile(sorted, seen, 0.1) * sign, quantile(sorted, seen, 0.9) * sign];
    return { low: Math.min(one, other), high: Math.max(one, other) };
  });
}

/** The lowest value that the best of `seen` of them is at most, with this chance. @param sorted worst first */
function quantile(sorted: readonly number[], seen: number, chance: number): number {
  const count = sorted.length;
  // From "all of the seen are among the `at` worst" for at = count, which is certain, downwards.
  let within = 1;
  for (let at = count; at > seen; at -= 1) {
    const fewer = (within * (at - seen)) / at;
    if (fewer < chance) return sorted[at - 1] ?? 0;
    within = fewer;
  }
  return sorted[seen - 1] ?? 0;
}
