import { type Blocks, coarseBlocks, timeBlocks } from './blocks.ts';
import { gatherEvidence, type Holdout, whyTooLittle } from './evidence.ts';
import { bonferroni, jointFamily } from './family.ts';
import { type Estimated, effectiveDegrees, standardError, studentInterval } from './influence.ts';
import type { ScoresLike } from './metric-set.ts';
import { primaryMetric } from './metrics.ts';
import { seededRandom } from './random.ts';
import type { WorstSlice } from './report.ts';
import { rowLosses } from './row-losses.ts';
import { type GroupedColumn, groupColumn, type SearchColumn } from './search-columns.ts';
import { type SliceSums, sumSlices } from './slice-sums.ts';

export type { SearchColumn } from './search-columns.ts';

export interface SearchRules {
  /** Slices of fewer rows are not looked at. */
  readonly atLeastRows: number;
  /** Look at the values of two columns together, too. */
  readonly pairs: boolean;
  /** How many slices are told of each kind. */
  readonly show: number;
}

/**
 * Looks through the values of columns, and of pairs of them, for where a candidate is worst: where it loses most against the champion, and where it
 * is weakest itself. Ranked by the least extra loss (log loss, or squared error) that is shown at 95 % for all slices looked at together: a slice
 * that looks bad because many were looked at does not come first.
 */
export async function findWorstSlices(request: {
  readonly holdout: Holdout;
  readonly candidate: ScoresLike;
  readonly champion: ScoresLike | null;
  readonly columns: readonly SearchColumn[];
  readonly rules: SearchRules;
  readonly seed: number;
  readonly yieldNow?: (() => Promise<void>) | undefined;
}): Promise<readonly WorstSlice[]> {
  const { holdout, candidate, champion, rules, yieldNow } = request;
  const rows = Int32Array.from({ length: holdout.labels.length }, (_, row) => row);
  const blocks = timeBlocks(rows, coarseBlocks(holdout.blocks));
  const columns = request.columns.map((column) => groupColumn(column, rules.atLeastRows));
  const own = rowLosses(holdout, candidate);
  const others = champion && rowLosses(holdout, champion);
  const losses = [aboveMean(own, holdout), ...(others ? [own.map((loss, row) => loss - (others[row] as number))] : [])];
  const sums = await sumSlices({ columns, losses, blocks, weights: holdout.weights ?? null, rules, yieldNow });
  const found: WorstSlice[] = [];
  for (const [kind, against] of [
    [1, 'champion'],
    [0, 'itself'],
  ] as const) {
    if (kind >= losses.length) continue;
    for (const slice of rank(sums, kind, blocks, request.seed).slice(0, rules.show))
      found.push(await describe({ ...request, rows, grouped: columns }, slice, against));
  }
  return found;
}

interface RankedSlice {
  readonly slice: SliceSums;
  readonly estimated: Estimated;
  readonly low: number;
  readonly high: number;
}

/** Beyond this Bonferroni is used: its price grows slowly, that of drawing all slices together does not. */
const jointAtMost = 400;

function rank(sums: readonly SliceSums[], kind: number, { names }: Blocks, seed: number): readonly RankedSlice[] {
  const looked = sums
    .map((slice) => ({ slice, estimated: extraLoss(slice, kind, names) }))
    .filter(({ estimated }) => standardError(estimated) > 0);
  const family =
    looked.length <= jointAtMost
      ? jointFamily(
          looked.map(({ estimated }) => estimated),
          seededRandom(seed),
        )
      : bonferroni(looked.length);
  const single = family.single(0.95);
  const ranked = looked.flatMap(({ slice, estimated }) => {
    const interval = estimated.value > 0 ? studentInterval(estimated, single) : null;
    return interval ? [{ slice, estimated, ...interval }] : [];
  });
  return withoutEchoes(ranked.sort((a, b) => b.low - a.low));
}

/** Mean loss in the slice, with what each block does to it. */
function extraLoss({ weights, losses }: SliceSums, kind: number, names: Float64Array): Estimated {
  const sums = losses[kind] as Float64Array;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const value = sums.reduce((sum, loss) => sum + loss, 0) / total;
  const influence = sums.map((loss, block) => (loss - value * (weights[block] as number)) / total);
  return { value, influence, names, degrees: effectiveDegrees(weights) };
}

/** A pair is told beside one of its own columns only where it is a good deal worse: else it says the same once more. */
function withoutEchoes(ranked: readonly RankedSlice[]): readonly RankedSlice[] {
  const kept: RankedSlice[] = [];
  for (const one of ranked) {
    const echo = kept.some(
      (other) =>
        one.slice.where.some(({ column, group }) =>
          other.slice.where.some((each) => each.column === column && each.group === group),
        ) && one.estimated.value < 1.5 * other.estimated.value,
    );
    if (!echo) kept.push(one);
  }
  return kept;
}

async function describe(
  request: Parameters<typeof findWorstSlices>[0] & {
    readonly rows: Int32Array;
    readonly grouped: readonly GroupedColumn[];
  },
  { slice, estimated, low, high }: RankedSlice,
  against: WorstSlice['against'],
): Promise<WorstSlice> {
  const { holdout, candidate, champion, grouped } = request;
  const rows = request.rows.filter((row) =>
    slice.where.every(({ column, group }) => grouped[column]?.group[row] === group),
  );
  const metric = primaryMetric(holdout.task);
  const evidence = whyTooLittle(holdout, rows)
    ? null
    : await gatherEvidence({ holdout, rows, scores: [candidate, champion] });
  return {
    where: slice.where.map(({ column, group }) => ({
      column: grouped[column]?.name ?? '',
      value: grouped[column]?.groups[group] ?? '',
    })),
    against,
    n: rows.length,
    extraLoss: estimated.value,
    interval: { low, high, confidence: 0.95 },
    metric,
    challenger: evidence?.metrics(0)?.[metric] ?? null,
    champion: evidence?.metrics(1)?.[metric] ?? null,
  };
}

function aboveMean(losses: Float64Array, { weights }: Holdout): Float64Array {
  let [sum, count] = [0, 0];
  losses.forEach((loss, row) => {
    const weight = weights?.[row] ?? 1;
    sum += weight * loss;
    count += weight;
  });
  return losses.map((loss) => loss - sum / count);
}
