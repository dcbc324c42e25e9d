import { collectRuns, mergeRuns, type Runs, runsOf } from './collect.ts';
import { keepLedger, type Ledger, type PreparedSample, type Sample, sumOf } from './ledger.ts';
import { markBuckets } from './mark-buckets.ts';
import { chooseMap, type ValueMap } from './value-map.ts';

/** Two samples of numbers after both passes: what is asked of their joint order is read off its steps (`walkSteps`). */
export interface TwoSamples {
  readonly map: ValueMap | null;
  /** Buckets whose values are among the runs. */
  readonly marks: Uint8Array;
  /** The largest distance of the distribution functions at an end of a bucket; 0 without buckets. */
  readonly atEnds: number;
  readonly reference: SampleSide;
  readonly current: SampleSide;
}

export interface SampleSide {
  readonly ledger: Ledger;
  /** Outside of the map, and of marked buckets. */
  readonly runs: Runs;
}

/** Ranks (0 = smallest) among the finite values of a side that must come up as values of their own. */
export type Ranks = (finite: number) => readonly number[];

export interface SampleOptions {
  /** A few thousand finite values of both sides, in any order; they only choose how values are spread to buckets. */
  readonly hint: Float64Array;
  readonly ranks: Ranks;
  /** How many buckets; as many as the sizes are worth unless told otherwise. */
  readonly buckets?: number | undefined;
  /** Up to how many values, of both sides, everything is simply sorted; 40,000 unless told otherwise. */
  readonly sortUpTo?: number | undefined;
}

/**
 * Reads both sides, at most twice each. The first pass counts values per bucket of a common monotone map. A bucket in which the two
 * distribution functions cannot cross and their largest distance cannot lie is settled by its counts and sums: exactly, not approximately.
 * Only the values of the other buckets are gathered, in the second pass, and sorted: a few per cent, whatever the size.
 */
export async function readTwoSamples(reference: Sample, current: Sample, options: SampleOptions): Promise<TwoSamples> {
  const sorted = options.hint.slice().sort();
  const small = reference.size + current.size <= (options.sortUpTo ?? worthBuckets);
  const prepared = small ? undefined : reference.prepared;
  const map = small
    ? null
    : (prepared?.ledger.map ??
      chooseMap(sorted, options.buckets ?? bucketsFor(Math.max(reference.size, current.size))));
  const a = prepared?.ledger ?? (await keepLedger(reference, map));
  const b = await keepLedger(current, map);
  const { marks, atEnds } = map === null ? { marks: new Uint8Array(0), atEnds: 0 } : markBuckets(a, b, options.ranks);
  return {
    map,
    marks,
    atEnds,
    reference: {
      ledger: a,
      runs: prepared === undefined ? await runsFor(reference, a, marks) : preparedRuns(prepared, marks),
    },
    current: { ledger: b, runs: await runsFor(current, b, marks) },
  };
}

/**
 * How many buckets a sample of so many values gets. Distribution functions of more values lie closer together, so that they cross in more
 * of the same buckets; the larger tables fit a processor's cache less well, which small samples would pay for in vain.
 */
export function bucketsFor(values: number): number {
  if (values < 400_000) return 65_536;
  return values < 4_000_000 ? 131_072 : 262_144;
}

/** Below it, sorting everything is as fast. */
export const worthBuckets = 40_000;

async function runsFor(sample: Sample, { map, outside, counts }: Ledger, marks: Uint8Array): Promise<Runs> {
  const inside = map === null ? null : await collectRuns(sample, map, marks, counts);
  const around = runsOf(outside);
  return inside === null ? around : mergeRuns(inside, around);
}

/** Few different values, however often they occur, and the values of the other marked buckets. */
function preparedRuns({ ledger, ties, read }: PreparedSample, marks: Uint8Array): Runs {
  const known = ties.filter(({ bucket }) => marks[bucket] === 1);
  const unread = marks.slice();
  for (const { bucket } of known) unread[bucket] = 0;
  const tied: Runs = {
    values: Float64Array.from(known.flatMap(({ values }) => values)),
    counts: Float64Array.from(known.flatMap(({ counts }) => counts)),
  };
  const inside = mergeRuns(runsOf(read(markedPlaces(ledger, unread))), tied);
  return mergeRuns(inside, runsOf(ledger.outside));
}

/** Where the values of marked buckets lie in the ascending order of all: those of neighbours side by side. */
function markedPlaces(ledger: Ledger, marks: Uint8Array): (readonly [from: number, count: number])[] {
  const places: (readonly [number, number])[] = [];
  let at = ledger.below;
  let bucket = 0;
  for (let from = marks.indexOf(1); from >= 0; from = marks.indexOf(1, bucket)) {
    at += sumOf(ledger.counts, bucket, from);
    const end = marks.indexOf(0, from);
    bucket = end < 0 ? marks.length : end;
    const wanted = sumOf(ledger.counts, from, bucket);
    if (wanted > 0) places.push([at, wanted]);
    at += wanted;
  }
  return places;
}
