import type { SampleSide, TwoSamples } from './two-samples.ts';

/**
 * The values at wanted ranks (0 = smallest) among the finite values of one side. They came up as values: their buckets are marked.
 * @param ranks in any order, below the number of finite values
 */
export function readRanks(
  { ledger, runs }: SampleSide,
  marks: Uint8Array,
  ranks: readonly number[],
): ReadonlyMap<number, number> {
  const negative = ledger.infinite.negative;
  const buckets = Float64Array.of(0, ledger.below - negative, 0);
  const place = Float64Array.of(0, 0);
  const found = new Map<number, number>();
  for (const rank of [...new Set(ranks)].sort((a, b) => a - b)) {
    passBuckets(ledger.counts, marks, buckets, rank);
    const run = findRun(runs.counts, place, rank + negative - (buckets[2] as number));
    found.set(rank, runs.values[run] as number);
  }
  return found;
}

/** @param state the bucket, how many values lie below it, and how many of these are settled: moved to the bucket of the rank */
function passBuckets(counts: Uint32Array, marks: Uint8Array, state: Float64Array, rank: number): void {
  let bucket = state[0] as number;
  let before = state[1] as number;
  let settled = state[2] as number;
  for (; bucket < counts.length; bucket += 1) {
    const count = counts[bucket] as number;
    if (before + count > rank) break;
    before += count;
    if (marks[bucket] === 0) settled += count;
  }
  state[0] = bucket;
  state[1] = before;
  state[2] = settled;
}

/** @param place a run, and how many values come before it: moved to the run in which the rank lies */
function findRun(counts: Float64Array, place: Float64Array, rank: number): number {
  let run = place[0] as number;
  let before = place[1] as number;
  for (; run < counts.length; run += 1) {
    const count = counts[run] as number;
    if (before + count > rank) break;
    before += count;
  }
  place[0] = run;
  place[1] = before;
  return run;
}

/** The different finite values of both sides, ascending, where there are at most so many and all came up as values; else null. */
export function findFewValues({ reference, current }: TwoSamples, most: number): readonly number[] | null {
  const sides = [reference, current];
  // Besides the finite ones two infinite ones.
  if (sides.some(({ runs }) => runs.values.length > most + 2)) return null;
  if (sides.some(({ runs, ledger }) => runs.counts.reduce((sum, count) => sum + count, 0) < ledger.size)) return null;
  const all = new Set(sides.flatMap(({ runs }) => [...runs.values].filter(Number.isFinite)));
  return all.size > most ? null : [...all].sort((a, b) => a - b);
}
