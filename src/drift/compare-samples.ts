import type { ColumnComparison, NumberSummary } from './comparison.ts';
import { distanceWalk, type WalkedDistances } from './distance-walk.ts';
import type { Ledger, Sample } from './ledger.ts';
import { finiteOf } from './mark-buckets.ts';
import { edgeCounter, rankReader } from './number-readings.ts';
import { pictureEdges, pictureLabels } from './picture.ts';
import { type StepVisitor, walkSteps } from './steps.ts';
import { readTwoSamples, type SampleSide } from './two-samples.ts';

export interface ComparedSamples extends WalkedDistances {
  /** How many values there are, infinite ones included. */
  readonly sizes: { readonly reference: number; readonly current: number };
  readonly reference: NumberSummary | null;
  readonly current: NumberSummary | null;
  /** Values per bin between the deciles of the reference (linear interpolation, equal ones merged); a value on an edge lies below it. */
  readonly deciles: { readonly reference: readonly number[]; readonly current: readonly number[] };
  readonly histogram: ColumnComparison['histogram'];
}

/**
 * Everything that two samples of numbers say against each other, exactly. Infinite values take part in the Kolmogorov-Smirnov distance
 * and in the outer deciles' bins only.
 * @param hint a few thousand finite values of both sides, in any order; they decide how fast it goes, never what comes out
 */
export async function compareSamples(
  reference: Sample,
  current: Sample,
  hint: Float64Array,
  buckets?: number,
): Promise<ComparedSamples> {
  const two = await readTwoSamples(reference, current, { hint, ranks, ...(buckets === undefined ? {} : { buckets }) });
  const [a, b] = [walkSide(two.reference), walkSide(two.current)];
  const walk = distanceWalk(a, b);
  const reader = rankReader({ ranks: ranks(a.finite) }, { ranks: ranks(b.finite) });
  const distinct = distinctAtoms();
  walkSteps(two, together(walk, reader, distinct));
  const at = (side: 'reference' | 'current', level: number): number =>
    quantile(side === 'reference' ? a.finite : b.finite, level, (rank) => reader.valueAt(side, rank));
  const decileEdges = a.finite === 0 ? [] : [...new Set(deciles.map((level) => at('reference', level)))];
  const edges = pictureEdges(two.map, distinct.values(), [
    ...(a.finite > 0 ? [outer.map((level) => at('reference', level))] : []),
    ...(b.finite > 0 ? [outer.map((level) => at('current', level))] : []),
  ]);
  const [byDecile, picture] = [edgeCounter(decileEdges, 'below'), edgeCounter(edges.edges, 'above')];
  walkSteps(two, together(byDecile, picture));
  return {
    ...walk.distances(),
    sizes: { reference: a.size, current: b.size },
    reference: summary(two.reference, (level) => at('reference', level)),
    current: summary(two.current, (level) => at('current', level)),
    deciles: { reference: byDecile.reference, current: byDecile.current },
    histogram: { labels: pictureLabels(edges), reference: picture.reference, current: picture.current },
  };
}

const deciles = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
/** Smallest, the picture's ends, and largest. */
const outer = [0, 0.01, 0.99, 1];
const levels = [...outer, 0.25, 0.75, ...deciles];

/** The two ranks between which each wanted quantile lies. */
function ranks(finite: number): number[] {
  if (finite === 0) return [];
  return levels.flatMap((level) => {
    const rank = Math.floor((finite - 1) * level);
    return [rank, Math.min(finite - 1, rank + 1)];
  });
}

/** By linear interpolation, rounded as NumPy rounds: from the nearer end. */
function quantile(finite: number, level: number, valueAt: (rank: number) => number): number {
  const place = (finite - 1) * level;
  const rank = Math.floor(place);
  const [low, high] = [valueAt(rank), valueAt(Math.min(finite - 1, rank + 1))];
  const part = place - rank;
  return part >= 0.5 ? high - (high - low) * (1 - part) : low + (high - low) * part;
}

function walkSide({ ledger }: SampleSide) {
  return { size: ledger.size, negativeInfinite: ledger.infinite.negative, finite: finiteOf(ledger) };
}

function summary({ ledger }: SampleSide, at: (level: number) => number): NumberSummary | null {
  const finite = finiteOf(ledger);
  if (finite === 0) return null;
  const [min, max] = [at(0), at(1)];
  const { mean, squares } = moments(ledger, finite);
  return {
    min,
    q25: at(0.25),
    median: at(0.5),
    q75: at(0.75),
    max,
    mean: min === max ? min : mean,
    sd: finite < 2 || min === max ? 0 : Math.sqrt(squares / (finite - 1)),
    infinite: ledger.size - finite,
  };
}

function moments({ counts, sums, origin, outside, centre, squares }: Ledger, finite: number) {
  let [inside, away, spread] = [0, 0, squares];
  for (let bucket = 0; bucket < counts.length; bucket += 1) {
    inside += counts[bucket] as number;
    away += sums[bucket] as number;
  }
  away += inside * (origin - centre);
  for (const value of outside) {
    if (!Number.isFinite(value)) continue;
    away += value - centre;
    spread += (value - centre) ** 2;
  }
  return { mean: centre + away / finite, squares: Math.max(0, spread - away ** 2 / finite) };
}

/** The different values, as long as they are few and all of them came up as values; null after that. */
function distinctAtoms(): StepVisitor & { values(): number[] | null } {
  const seen: number[] = [];
  let blocks = false;
  return {
    atom: (value) => {
      if (Number.isFinite(value) && seen.length <= mostDistinct) seen.push(value);
    },
    block: () => {
      blocks = true;
    },
    values: () => (blocks || seen.length > mostDistinct ? null : seen),
  };
}

const mostDistinct = 12;

function together(...visitors: readonly StepVisitor[]): StepVisitor {
  return {
    atom(value, inReference, inCurrent) {
      for (const visitor of visitors) visitor.atom(value, inReference, inCurrent);
    },
    block(low, high, inReference, aboveA, inCurrent, aboveB) {
      for (const visitor of visitors) visitor.block(low, high, inReference, aboveA, inCurrent, aboveB);
    },
  };
}
