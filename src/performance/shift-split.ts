import { timeBlocks } from '../evaluation/blocks.ts';
import { percentileInterval } from '../evaluation/bootstrap.ts';
import { seededRandom } from '../evaluation/random.ts';
import { densityRatio, type Side } from './density-ratio.ts';
import { binOf, cut } from './score-cells.ts';

/** Labelled rows: what the champion lost on each, its score, and its features. */
export interface LossRows extends Side {
  readonly loss: ArrayLike<number>;
  /** What the fallback reweights by: any number that the champion gave the row. */
  readonly score: ArrayLike<number>;
}

export interface Part {
  readonly value: number;
  /** 95 %, by resampling days, weights held fixed. */
  readonly interval: { readonly low: number; readonly high: number } | null;
}

export interface ShiftSplit {
  /** Current mean loss minus the reference's: covariate + concept. */
  readonly total: Part;
  /** What the change of inputs alone does to the loss: the reference's rows, reweighted to look like today's. */
  readonly covariate: Part;
  /** What is left: the same inputs are lost more on (or less). */
  readonly concept: Part;
  /** What the rows were reweighted by; `score` where the features tell the two windows apart too well. */
  readonly by: 'features' | 'score';
  /** Rows and days that the weights leave (Kish: (sum w)^2 / sum w^2). */
  readonly effectiveRows: number;
  readonly effectiveDays: number;
  readonly verdict: 'covariate' | 'concept' | 'both' | 'neither' | 'inconclusive';
}

const enoughRows = 200;
const enoughDays = 5;
/** More add nothing to weights that are this smooth. */
const mostRows = 20_000;
const resamples = 500;

/**
 * Splits the change of the loss into what other inputs explain and what they do not. Inconclusive where the weights leave too few reference rows
 * (200) or days (5) to speak for today's inputs. Null for a side without rows.
 * @param atLeast the smallest part that matters
 */
export function splitShift(
  reference: LossRows,
  current: LossRows,
  {
    features,
    atLeast,
    seed,
  }: { readonly features: readonly string[]; readonly atLeast: number; readonly seed: number },
): ShiftSplit | null {
  const [before, now] = [thin(reference), thin(current)];
  if (before.days.length === 0 || now.days.length === 0) return null;
  const byFeatures = weigh(before, now, features.length > 0 ? densityRatio(before, now, features) : null);
  const weighed = byFeatures?.enough
    ? byFeatures
    : (weigh(before, now, scoreRatio(before.score, now.score)) as Weighed);
  const parts = partsOf(before, now, weighed.weights, seed);
  return {
    ...parts,
    by: weighed === byFeatures ? 'features' : 'score',
    effectiveRows: weighed.rows,
    effectiveDays: weighed.days,
    verdict: weighed.enough ? verdictOf(parts, atLeast) : 'inconclusive',
  };
}

interface Weighed {
  readonly weights: Float64Array;
  readonly rows: number;
  readonly days: number;
  readonly enough: boolean;
}

function weigh(before: LossRows, now: LossRows, weights: Float64Array | null): Weighed | null {
  if (!weights) return null;
  const byDay = new Map<number, number>();
  weights.forEach((weight, row) => {
    const day = before.days[row] as number;
    byDay.set(day, (byDay.get(day) ?? 0) + weight);
  });
  const [rows, days] = [effective(weights), effective([...byDay.values()])];
  return { weights, rows, days, enough: rows >= enoughRows && days >= enoughDays && now.days.length >= enoughRows };
}

function effective(weights: ArrayLike<number>): number {
  let [sum, squares] = [0, 0];
  for (let at = 0; at < weights.length; at += 1) {
    sum += weights[at] as number;
    squares += (weights[at] as number) ** 2;
  }
  return squares > 0 ? (sum * sum) / squares : 0;
}

/** Shares of fortieths of the reference's scores, now by then. */
function scoreRatio(before: ArrayLike<number>, now: ArrayLike<number>): Float64Array {
  const edges = [...new Set(cut(Float64Array.from(before).sort(), 39))];
  const count = (scores: ArrayLike<number>): Float64Array => {
    const counts = new Float64Array(edges.length + 1);
    for (const bin of Array.from(scores, (score) => binOf(edges, score))) counts[bin] = (counts[bin] as number) + 1;
    return counts.map((rows) => rows / scores.length);
  };
  const [was, is] = [count(before), count(now)];
  return Float64Array.from(before, (score) => {
    const bin = binOf(edges, score);
    return (is[bin] as number) / (was[bin] as number);
  });
}

function partsOf(
  before: LossRows,
  now: LossRows,
  weights: Float64Array,
  seed: number,
): Pick<ShiftSplit, 'total' | 'covariate' | 'concept'> {
  const [old, fresh] = [sums(before, weights), sums(now, null)];
  const split = (oldCounts: Float64Array, freshCounts: Float64Array): readonly [number, number, number] => {
    const [n, loss, weight, weighted] = total(old, oldCounts);
    const [rows, current] = total(fresh, freshCounts);
    const [was, is, would] = [loss / n, current / rows, weighted / weight];
    return [is - was, would - was, is - would];
  };
  const random = seededRandom(seed);
  const draws = [0, 1, 2].map(() => new Float64Array(resamples));
  for (let at = 0; at < resamples; at += 1)
    split(draw(old.length, random), draw(fresh.length, random)).forEach((value, part) => {
      (draws[part] as Float64Array)[at] = value;
    });
  const whole = split(new Float64Array(old.length).fill(1), new Float64Array(fresh.length).fill(1));
  const part = (at: number): Part => ({
    value: whole[at] as number,
    interval: percentileInterval(draws[at] as Float64Array, 0.95, Math.min(old.length, fresh.length)),
  });
  return { total: part(0), covariate: part(1), concept: part(2) };
}

type Sums = readonly [rows: number, loss: number, weight: number, weighted: number];

/** By block of rows that are resampled together. */
function sums({ loss, days }: LossRows, weights: Float64Array | null): Sums[] {
  const rows = Int32Array.from({ length: loss.length }, (_, row) => row);
  const { block, blocks } = timeBlocks(rows, days, 10);
  const found = Array.from({ length: blocks }, (): [number, number, number, number] => [0, 0, 0, 0]);
  for (const row of rows) {
    const into = found[block[row] as number] as [number, number, number, number];
    const [value, weight] = [loss[row] as number, weights?.[row] ?? 1];
    into[0] += 1;
    into[1] += value;
    into[2] += weight;
    into[3] += weight * value;
  }
  return found;
}

function total(blocks: readonly Sums[], counts: Float64Array): Sums {
  const whole: [number, number, number, number] = [0, 0, 0, 0];
  blocks.forEach((block, at) => {
    for (let part = 0; part < 4; part += 1)
      whole[part] = (whole[part] as number) + (counts[at] as number) * (block[part] as number);
  });
  return whole;
}

function draw(blocks: number, random: () => number): Float64Array {
  const counts = new Float64Array(blocks);
  for (let at = 0; at < blocks; at += 1) {
    const block = Math.floor(random() * blocks);
    counts[block] = (counts[block] as number) + 1;
  }
  return counts;
}

function verdictOf(
  { covariate, concept }: Pick<ShiftSplit, 'covariate' | 'concept'>,
  atLeast: number,
): ShiftSplit['verdict'] {
  const real = ({ value, interval }: Part): boolean =>
    Math.abs(value) >= atLeast && interval !== null && (interval.low > 0 || interval.high < 0);
  const [inputs, meaning] = [real(covariate), real(concept)];
  if (inputs && meaning) return 'both';
  if (inputs) return 'covariate';
  return meaning ? 'concept' : 'neither';
}

/** Every k-th row whose loss is a number. */
function thin(rows: LossRows): LossRows {
  const usable = Int32Array.from({ length: rows.loss.length }, (_, row) => row).filter((row) =>
    Number.isFinite(rows.loss[row]),
  );
  const step = Math.max(1, Math.ceil(usable.length / mostRows));
  const kept = usable.filter((_, at) => at % step === 0);
  const pick = (values: ArrayLike<number>): Float64Array => Float64Array.from(kept, (row) => values[row] as number);
  const columns = Object.entries(rows.columns).map(([name, values]) => [
    name,
    Array.from(kept, (row) => values[row] ?? null),
  ]);
  return {
    loss: pick(rows.loss),
    score: pick(rows.score),
    days: pick(rows.days),
    columns: Object.fromEntries(columns),
  };
}
