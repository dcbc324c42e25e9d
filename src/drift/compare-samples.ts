import { countBins } from './bin-counts.ts';
import type { ColumnComparison, NumberSummary } from './comparison.ts';
import { type Ledger, type Sample, sumOf } from './ledger.ts';
import { finiteOf } from './mark-buckets.ts';
import { pictureEdges, pictureLabels } from './picture.ts';
import { findFewValues, readRanks } from './rank-values.ts';
import { measureDistances, type StepDistances } from './step-distances.ts';
import { walkSteps } from './steps.ts';
import { readTwoSamples, type SampleOptions, type TwoSamples } from './two-samples.ts';

export interface ComparedSamples extends StepDistances {
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
  tuning: Pick<SampleOptions, 'buckets' | 'sortUpTo'> = {},
): Promise<ComparedSamples> {
  const two = await readTwoSamples(reference, current, { hint, ranks, ...tuning });
  const { distances, few, old, now } = readOrder(two);
  const [a, b] = [two.reference.ledger, two.current.ledger];
  const edges = pictureEdges(
    two.map,
    few,
    [old, now].flatMap((at) => (at === null ? [] : [outer.map(at)])),
  );
  return {
    ...distances,
    sizes: { reference: a.size, current: b.size },
    reference: summary(a, old),
    current: summary(b, now),
    deciles: countBins(two, old === null ? [] : [...new Set(deciles.map(old))], 'below'),
    histogram: { labels: pictureLabels(edges), ...countBins(two, edges.edges, 'above') },
  };
}

type Quantiles = (level: number) => number;

/** What is read off the joint order; it says where the bins are to be. */
function readOrder(two: TwoSamples): {
  readonly distances: StepDistances;
  readonly few: readonly number[] | null;
  readonly old: Quantiles | null;
  readonly now: Quantiles | null;
} {
  const [a, b] = [two.reference.ledger, two.current.ledger];
  const [finiteA, finiteB] = [finiteOf(a), finiteOf(b)];
  const distances = measureDistances({ size: a.size, finite: finiteA }, { size: b.size, finite: finiteB }, two.atEnds);
  const ofA = readRanks(two.reference, two.marks, ranks(finiteA));
  const ofB = readRanks(two.current, two.marks, ranks(finiteB));
  walkSteps(two, distances.add);
  return {
    distances: distances.distances(),
    few: findFewValues(two, mostDistinct),
    old: finiteA === 0 ? null : (level) => quantile(finiteA, level, ofA),
    now: finiteB === 0 ? null : (level) => quantile(finiteB, level, ofB),
  };
}

const mostDistinct = 12;
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
function quantile(finite: number, level: number, values: ReadonlyMap<number, number>): number {
  const place = (finite - 1) * level;
  const rank = Math.floor(place);
  const [low, high] = [values.get(rank) as number, values.get(Math.min(finite - 1, rank + 1)) as number];
  const part = place - rank;
  return part >= 0.5 ? high - (high - low) * (1 - part) : low + (high - low) * part;
}

function summary(ledger: Ledger, at: Quantiles | null): NumberSummary | null {
  if (at === null) return null;
  const finite = finiteOf(ledger);
  const [min, max] = [at(0), at(1)];
  const { mean, squares } = moments(ledger, finite);
  return {
    ...{ min, q25: at(0.25), median: at(0.5), q75: at(0.75), max },
    mean: min === max ? min : mean,
    sd: finite < 2 || min === max ? 0 : Math.sqrt(squares / (finite - 1)),
    infinite: ledger.size - finite,
  };
}

function moments({ counts, sums, origin, outside, size, centre, squares }: Ledger, finite: number) {
  let away = sumOf(sums, 0, counts.length) + (size - outside.length) * (origin - centre);
  let spread = squares;
  for (const value of outside) {
    if (!Number.isFinite(value)) continue;
    away += value - centre;
    spread += (value - centre) * (value - centre);
  }
  return { mean: centre + away / finite, squares: Math.max(0, spread - away ** 2 / finite) };
}
