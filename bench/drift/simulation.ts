import { normalCdf, normalQuantile } from '../../src/evaluation/normal.ts';
import type { Random } from '../../src/evaluation/random.ts';
import { referenceOfDays } from '../../src/monitor/select-reference.ts';
import type { MonitoredDay } from '../../src/monitor/series.ts';
import { binEdges } from '../../src/profile/edges.ts';
import { emptyProfile } from '../../src/profile/merge.ts';
import type { ColumnProfile, PartitionProfile, ReferenceProfile } from '../../src/profile/profile.ts';
import { type Guide, guideTo, indexOf } from './guide.ts';
import { normal } from './normal.ts';

/** A made-up model's data: standard normal numbers, and names of Zipf's frequencies. Half of the numbers miss 5 % of their values. */
export interface Scenario {
  readonly numeric: number;
  /** Different names of each categorical column. */
  readonly categorical: readonly number[];
  readonly referenceDays: number;
  readonly referenceRows: number;
  readonly days: number;
  readonly rowsPerDay: number;
  /** Probability that a value is the row's common one: columns then correlate by about its square. */
  readonly common?: number;
  /** Standard deviation of a day's own mean (names: of the logarithm of their frequencies), and its correlation with the next day's. */
  readonly dayEffect?: number;
  readonly dayCorrelation?: number;
  /** Standard deviations that the first column moves by, from day `from` (0 = the first monitored one) on. */
  readonly shift?: { readonly by: number; readonly from: number };
}

/** One history of such a model: what a check would find stored. Rows are drawn one by one, bins instead of values. */
export function simulate(scenario: Scenario, random: Random): { reference: ReferenceProfile; days: MonitoredDay[] } {
  const { referenceDays, referenceRows, days, rowsPerDay, shift } = scenario;
  const columns = columnsOf(scenario, random);
  const draw = (rows: number, moved: boolean): PartitionProfile =>
    drawDay(scenario, columns, rows, moved ? (shift?.by ?? 0) : 0, random);
  const learnt = Array.from({ length: referenceDays }, (_, day) => ({
    day: dayName(day),
    profile: draw(Math.round(referenceRows / referenceDays), false),
  }));
  const reference = referenceOf(learnt, columns);
  const monitored = Array.from({ length: days }, (_, day) => ({
    day: dayName(referenceDays + day),
    profile: draw(rowsPerDay, shift !== undefined && day >= shift.from),
  }));
  return { reference, days: monitored };
}

interface SimulatedColumn {
  readonly name: string;
  /** Of a number; a category has names instead. */
  readonly edges: Float64Array | null;
  readonly names: readonly string[];
  readonly missing: number;
  /** The day's own effect, carried from day to day. */
  readonly effect: Float64Array;
  /** By shift, where days have no effect. */
  readonly guides: Map<number, Guide>;
}

const firstDay = Date.UTC(2024, 0, 1);

function dayName(day: number): string {
  return new Date(firstDay + day * 86_400_000).toISOString().slice(0, 10);
}

/** Edges come from a sample as large as the reference, as quantiles of a real one would. */
function columnsOf({ numeric, categorical, referenceRows }: Scenario, random: Random): SimulatedColumn[] {
  const numbers = Array.from({ length: numeric }, (_, at): SimulatedColumn => {
    const sample = sortedUniforms(referenceRows, random);
    const range = [sample[0] as number, sample[sample.length - 1] as number] as const;
    const edges = Float64Array.from(binEdges(sample, range), normalQuantile);
    return {
      name: `n${at}`,
      edges,
      names: [],
      missing: at % 2 === 1 ? 0.05 : 0,
      effect: new Float64Array(1),
      guides: new Map(),
    };
  });
  const names = categorical.map((levels, at): SimulatedColumn => {
    const labels = Array.from({ length: levels }, (_, level) => `v${level}`);
    return {
      name: `c${at}`,
      edges: null,
      names: labels,
      missing: 0,
      effect: new Float64Array(levels),
      guides: new Map(),
    };
  });
  return [...numbers, ...names];
}

/** Uniform numbers in order, without sorting: sums of exponential gaps over their total. */
function sortedUniforms(count: number, random: Random): Float64Array {
  const values = new Float64Array(count);
  let sum = 0;
  for (let at = 0; at < count; at += 1) {
    sum -= Math.log(1 - random());
    values[at] = sum;
  }
  sum -= Math.log(1 - random());
  return values.map((value) => value / sum);
}

function drawDay(
  { common = 0, dayEffect = 0, dayCorrelation = 0 }: Scenario,
  columns: readonly SimulatedColumn[],
  rows: number,
  shift: number,
  random: Random,
): PartitionProfile {
  const shared = common === 0 ? null : Float64Array.from({ length: rows }, random);
  const profiles = columns.map((column, at): [string, ColumnProfile] => {
    const guide = guideOf(column, at === 0 ? shift : 0, { dayEffect, dayCorrelation }, random);
    const counts = Array.from(drawCells(guide, rows, shared, common, random));
    return [column.name, column.edges === null ? named(counts, column.names) : binned(counts, column.edges)];
  });
  return { rows, duplicateIds: 0, misplaced: 0, schema: [], columns: Object.fromEntries(profiles) };
}

function drawCells(
  guide: Guide,
  rows: number,
  shared: Float64Array | null,
  common: number,
  random: Random,
): Float64Array {
  const counts = new Float64Array(guide.cells);
  for (let row = 0; row < rows; row += 1) {
    const copied = shared !== null && random() < common;
    const cell = indexOf(guide, copied ? (shared[row] as number) : random());
    counts[cell] = (counts[cell] as number) + 1;
  }
  return counts;
}

function guideOf(
  column: SimulatedColumn,
  shift: number,
  { dayEffect, dayCorrelation }: { readonly dayEffect: number; readonly dayCorrelation: number },
  random: Random,
): Guide {
  const known = dayEffect === 0 ? column.guides.get(shift) : undefined;
  if (known !== undefined) return known;
  const fresh = dayEffect * Math.sqrt(1 - dayCorrelation ** 2);
  if (fresh > 0)
    for (const [k, value] of column.effect.entries())
      column.effect[k] = dayCorrelation * value + fresh * normal(random);
  const guide = guideTo(probabilities(column, shift));
  column.guides.set(shift, guide);
  return guide;
}

/** Of each bin, then of missing; or of each name. */
function probabilities({ edges, names, missing, effect }: SimulatedColumn, shift: number): Float64Array {
  if (edges === null) {
    const weights = Float64Array.from(names, (_, level) => Math.exp(effect[level] ?? 0) / (level + 1));
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => weight / all);
  }
  const moved = shift + (effect[0] ?? 0);
  const chances = new Float64Array(edges.length + 2);
  let below = 0;
  for (const [bin, edge] of edges.entries()) {
    const until = (1 - missing) * normalCdf(edge - moved);
    chances[bin] = until - below;
    below = until;
  }
  chances[edges.length] = 1 - missing - below;
  chances[edges.length + 1] = missing;
  return chances;
}

function binned(counts: readonly number[], edges: Float64Array): ColumnProfile {
  const bins = counts.slice(0, -1);
  const present = bins.reduce((sum, count) => sum + count, 0);
  const middle = bins.map((_, at) => ((edges[at - 1] ?? edges[at] ?? 0) + (edges[at] ?? edges[at - 1] ?? 0)) / 2);
  const mean = present === 0 ? null : bins.reduce((sum, count, at) => sum + count * (middle[at] ?? 0), 0) / present;
  const m2 = bins.reduce((sum, count, at) => sum + count * ((middle[at] ?? 0) - (mean ?? 0)) ** 2, 0);
  const none = { unreadable: 0, negativeInfinite: 0, positiveInfinite: 0, zeros: 0, negatives: 0, integers: 0 };
  return { kind: 'numeric', present, missing: counts.at(-1) ?? 0, ...none, min: null, max: null, mean, m2, bins };
}

function named(counts: readonly number[], names: readonly string[]): ColumnProfile {
  const present = counts.reduce((sum, count) => sum + count, 0);
  const entries = names.map((name, at): [string, number] => [name, counts[at] ?? 0]);
  const rest = { missing: 0, other: 0, distinct: names.length, untidy: 0 };
  return { kind: 'categorical', present, counts: Object.fromEntries(entries), ...rest };
}

function referenceOf(days: readonly MonitoredDay[], columns: readonly SimulatedColumn[]): ReferenceProfile {
  const edges = columns.flatMap(({ name, edges: own }) => (own === null ? [] : [[name, Array.from(own)]]));
  const window = { from: '', to: '' };
  return referenceOfDays(
    { id: 'simulated', window, whole: emptyProfile, edges: Object.fromEntries(edges), days: [] },
    days,
  );
}
