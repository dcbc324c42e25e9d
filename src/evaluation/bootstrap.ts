import type { MetricSet } from './metric-set.ts';
import { normalCdf, normalQuantile } from './normal.ts';
import type { Random } from './random.ts';

/** Replicates by model, metric and resample; NaN where a metric is not defined on a resample. All models share each resample: they are paired. */
export type Replicates = readonly (readonly Float64Array[])[];

/** Enough replicates for the tails of an interval at 99 %; more are not worth their time. */
export const defaultResamples = 1_000;

/**
 * Cluster bootstrap: draws whole blocks with replacement and evaluates every model on the same draw.
 * @param yieldNow is awaited every half million rows or so, a few milliseconds, so that the caller can heartbeat
 */
export async function drawReplicates(request: {
  readonly sets: readonly MetricSet[];
  readonly blocks: number;
  readonly rows: number;
  readonly resamples: number;
  readonly random: Random;
  readonly yieldNow?: (() => Promise<void>) | undefined;
}): Promise<Replicates> {
  const { sets, blocks, rows, resamples, random, yieldNow } = request;
  const replicates = sets.map((set) => set.names.map(() => new Float64Array(resamples)));
  const between = Math.max(1, Math.floor(500_000 / Math.max(1, rows * sets.length)));
  const counts = new Float64Array(blocks);
  for (let resample = 0; resample < resamples; resample += 1) {
    drawCounts(counts, random);
    sets.forEach((set, model) => {
      const values = set.evaluate(counts);
      for (let metric = 0; metric < values.length; metric += 1)
        (replicates[model]?.[metric] as Float64Array)[resample] = values[metric] as number;
    });
    if (yieldNow && resample % between === between - 1) await yieldNow();
  }
  return replicates;
}

/**
 * The blocks to resample. Days stay whole while there are at least ten; fewer say too little about their own variation, so each is cut into
 * runs of consecutive rows, about twenty in all.
 * @param day block of each entry of `rows`, any integers, in time order
 */
export function resamplingBlocks(
  rows: Int32Array,
  day: ArrayLike<number>,
): { readonly block: Int32Array; readonly blocks: number } {
  const days = new Map<number, number[]>();
  rows.forEach((row, at) => {
    const name = day[row] ?? 0;
    const members = days.get(name);
    if (members) members.push(at);
    else days.set(name, [at]);
  });
  const runsPerDay = days.size >= 10 ? 1 : Math.ceil(20 / Math.max(1, days.size));
  const block = new Int32Array(rows.length);
  let blocks = 0;
  for (const members of days.values()) {
    const runs = Math.min(runsPerDay, members.length);
    members.forEach((at, place) => {
      block[at] = blocks + Math.floor((place * runs) / members.length);
    });
    blocks += runs;
  }
  return { block, blocks };
}

/**
 * Two-sided percentile interval, its tail levels widened for few blocks as Hesterberg (2015, "What Teachers Should Know About the Bootstrap")
 * proposes: the tail becomes Phi(-sqrt(B / (B - 1)) * t). Null when more than one replicate in twenty is not defined.
 */
export function percentileInterval(
  replicates: Float64Array,
  confidence: number,
  blocks: number,
): { readonly low: number; readonly high: number } | null {
  const sorted = replicates.filter(Number.isFinite).sort();
  if (blocks < 2 || sorted.length < 0.95 * replicates.length || sorted.length === 0) return null;
  const tail = widenedTail((1 - confidence) / 2, blocks);
  return { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
}

function drawCounts(counts: Float64Array, random: Random): void {
  counts.fill(0);
  for (let draw = 0; draw < counts.length; draw += 1) {
    const block = Math.floor(random() * counts.length);
    counts[block] = (counts[block] as number) + 1;
  }
}

function widenedTail(tail: number, blocks: number): number {
  const z = -normalQuantile(tail);
  return normalCdf(-Math.sqrt(blocks / (blocks - 1)) * studentQuantile(z, blocks - 1));
}

/** Cornish-Fisher series of Student's quantile around the normal one (Abramowitz & Stegun 26.7.5): 1e-3 for nine degrees of freedom or more. */
function studentQuantile(z: number, degrees: number): number {
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / degrees + second / degrees ** 2 + third / degrees ** 3;
}

/** Linear interpolation between order statistics. */
function quantile(sorted: Float64Array, level: number): number {
  const at = level * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (at - below) * (high - low);
}
