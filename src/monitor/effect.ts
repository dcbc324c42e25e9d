import { percent, short } from '../drift/measured-column.ts';
import { studentQuantile } from '../drift/student.ts';
import type { NumericProfile } from '../profile/profile.ts';
import { type ColumnSeries, total, windowCounts, windowMean } from './series.ts';

const effectConfidence = 0.95;

/** How large a difference is, whatever its certainty. */
export interface Effect {
  /** Wasserstein-1 over the reference's standard deviation, or total variation distance. */
  readonly size: number;
  readonly interval: { readonly low: number; readonly high: number; readonly confidence: number };
  /** What is left of the size when that is taken away which chance alone would show (in quadrature). */
  readonly beyondChance: number;
  /** From what to what, in words: "mean 36.1 → 61.2". */
  readonly change: string;
}

/**
 * Size of the difference of the days from index `from` to `to` with its interval: that of the mean of the function which the distance
 * integrates (W1: slope +1 where one distribution lies above the other, else -1; TVD: +1/2 or -1/2 for each name), so asymptotically normal
 * once the two differ. Near 0 both are biased upwards, by about one standard error.
 */
export function effectOf(
  series: ColumnSeries,
  [from, to]: readonly [number, number],
  column: { readonly profile: NumericProfile | null; readonly edges: readonly number[] },
  spread: { readonly inflation: number; readonly degrees: number },
): Effect {
  const here = windowCounts(series, from, to);
  const { profile, edges } = column;
  const mean = windowMean(series, from, to);
  const { size, score, scale, chance } =
    profile === null ? namesApart(series.reference, here) : valuesApart(series, here, mean, profile, edges);
  const variance =
    (varianceOf(score, series.reference) / total(series.reference) + varianceOf(score, here) / total(here)) *
    spread.inflation;
  const reach = (studentQuantile((1 - effectConfidence) / 2, spread.degrees) * Math.sqrt(variance)) / scale;
  const interval = { low: Math.max(0, size - reach), high: size + reach, confidence: effectConfidence };
  const change = profile === null ? nameChange(series, here) : `mean ${shown(profile.mean)} → ${shown(mean)}`;
  const noise = chance * Math.sqrt((1 / total(series.reference) + 1 / total(here)) * spread.inflation);
  return { size, interval, beyondChance: Math.sqrt(Math.max(0, size ** 2 - noise ** 2)), change };
}

function shown(mean: number | null): string {
  return mean === null ? 'none' : short(mean);
}

/** The name whose share changed most. */
function nameChange({ names, reference }: ColumnSeries, here: Float64Array): string {
  const [rows, now] = [total(reference), total(here)];
  const share = (counts: Float64Array, of: number, at: number): number => (counts[at] as number) / of;
  const change = (at: number): number => Math.abs(share(here, now, at) - share(reference, rows, at));
  const most = names.reduce((best, _, at) => (change(at) > change(best) ? at : best), 0);
  const name = names[most] === '' ? 'other names' : `"${names[most]}"`;
  return `${name} ${percent(share(reference, rows, most))} → ${percent(share(here, now, most))}`;
}

interface Apart {
  readonly size: number;
  /** By cell. */
  readonly score: Float64Array;
  /** Unit of the score in terms of the size. */
  readonly scale: number;
  /** Expected size without any change, times the root of 1 / rows + 1 / rows: the mean of |normal| is sqrt(2 / pi). */
  readonly chance: number;
}

const meanOfAbsolute = Math.sqrt(2 / Math.PI);

function namesApart(reference: Float64Array, here: Float64Array): Apart {
  const [rows, now] = [total(reference), total(here)];
  const score = new Float64Array(here.length);
  let [size, chance] = [0, 0];
  for (let at = 0; at < here.length; at += 1) {
    const change = (here[at] as number) / now - (reference[at] as number) / rows;
    size += Math.abs(change) / 2;
    score[at] = change > 0 ? 0.5 : -0.5;
    const pooled = ((here[at] as number) + (reference[at] as number)) / (rows + now);
    chance += (meanOfAbsolute * Math.sqrt(pooled * (1 - pooled))) / 2;
  }
  return { size, score, scale: 1, chance };
}

/**
 * Wasserstein-1 from bins: the distance of the two distributions at each edge times the way to the next one. How values lie beyond the
 * outer edges is not known, so that at most half the width of all bins counts there, halved; the difference of the means, which is exact and
 * never more than W1, makes up for what this leaves out.
 */
function valuesApart(
  { reference }: ColumnSeries,
  here: Float64Array,
  mean: number | null,
  profile: NumericProfile,
  edges: readonly number[],
): Apart {
  const [rows, now] = [total(reference), total(here)];
  const width = (edges.at(-1) ?? 0) - (edges[0] ?? 0);
  const score = new Float64Array(here.length);
  let [gap, below, size, way, chance] = [0, 0, 0, 0, 0];
  for (let cell = 0; cell < here.length - 1; cell += 1) {
    gap += (here[cell] as number) / now - (reference[cell] as number) / rows;
    below += ((here[cell] as number) + (reference[cell] as number)) / (rows + now);
    // Cells 0 and last hold infinities; cell k + 1 ends at edge k.
    const [edge, next] = [edges[cell - 1], edges[cell]];
    const step = edge === undefined || next === undefined ? 0 : next - edge;
    size += Math.abs(gap) * step;
    way += Math.sign(gap) * step;
    chance += meanOfAbsolute * Math.sqrt(Math.max(0, below * (1 - below))) * step;
    score[cell + 1] = way;
  }
  const apart = mean === null || profile.mean === null ? 0 : Math.abs(mean - profile.mean);
  const distance = Math.max(size + outsideShare(here, rows, reference) * width * 0.25, apart);
  const deviation = standardDeviation(profile);
  // A constant has no scale: any other value is a whole unit away.
  if (deviation === 0) return { size: distance > 0 ? 1 : 0, score, scale: width || 1, chance: 0 };
  return { size: distance / deviation, score, scale: deviation, chance: chance / deviation };
}

/** Rows below the smallest and above the largest value of the reference, as a share. */
function outsideShare(here: Float64Array, rows: number, reference: Float64Array): number {
  const last = here.length - 2;
  const now = total(here);
  return [1, last].reduce(
    (sum, cell) => sum + Math.abs((here[cell] as number) / now - (reference[cell] as number) / rows),
    0,
  );
}

function standardDeviation({ m2, present, negativeInfinite, positiveInfinite }: NumericProfile): number {
  const finite = present - negativeInfinite - positiveInfinite;
  return finite > 1 ? Math.sqrt(m2 / (finite - 1)) : 0;
}

function varianceOf(score: Float64Array, counts: Float64Array): number {
  let [rows, sum, squares] = [0, 0, 0];
  for (let at = 0; at < counts.length; at += 1) {
    rows += counts[at] as number;
    sum += (counts[at] as number) * (score[at] as number);
    squares += (counts[at] as number) * (score[at] as number) ** 2;
  }
  return rows === 0 ? 0 : Math.max(0, squares / rows - (sum / rows) ** 2);
}

/**
 * Where weekdays differ, some days cannot be compared with whole weeks: their size is the difference of mean normal scores from the same
 * weekdays', in standard deviations, which for a plain shift is W1/sd.
 */
export function weekdayEffect(
  whole: Effect,
  {
    difference = 0,
    standardError = 0,
    degrees,
  }: { readonly difference?: number; readonly standardError?: number; readonly degrees: number },
): Effect {
  const size = Math.abs(difference);
  const reach = studentQuantile((1 - effectConfidence) / 2, degrees) * standardError;
  const interval = { low: Math.max(0, size - reach), high: size + reach, confidence: effectConfidence };
  return {
    size,
    interval,
    beyondChance: Math.sqrt(Math.max(0, size ** 2 - standardError ** 2)),
    change: `${whole.change}, unlike these weekdays`,
  };
}

/** The change of the share that is missing, without its sign; the interval as of a difference of two shares. */
export function missingEffect(
  { days, referenceRows, referenceMissing }: ColumnSeries,
  [from, to]: readonly [number, number],
  spread: { readonly inflation: number; readonly degrees: number },
): Effect {
  const window = days.slice(from, to + 1);
  const rows = window.reduce((sum, day) => sum + day.rows, 0);
  const current = window.reduce((sum, day) => sum + day.rows - day.present, 0) / rows;
  const reference = referenceMissing / referenceRows;
  const variance =
    ((current * (1 - current)) / rows + (reference * (1 - reference)) / referenceRows) * spread.inflation;
  const reach = studentQuantile((1 - effectConfidence) / 2, spread.degrees) * Math.sqrt(variance);
  const size = Math.abs(current - reference);
  const interval = { low: Math.max(0, size - reach), high: size + reach, confidence: effectConfidence };
  return { size, interval, beyondChance: size, change: `missing ${percent(reference)} → ${percent(current)}` };
}
