import type { Feature } from '../plan/schema.ts';
import { twoProportions } from './counts.ts';
import { numericHistogram } from './histogram.ts';
import { ksTwoSample } from './kolmogorov-smirnov.ts';
import { type Cells, type MeasuredColumn, percent, shareOf, short } from './measured-column.ts';
import { standardDeviation, wasserstein1 } from './wasserstein.ts';

/** Compares a numeric column. Infinite values take part in the Kolmogorov-Smirnov test, not in the distance; NaN and text count as missing. */
export function measureNumeric(
  reference: Cells,
  current: Cells,
  feature: Extract<Feature, { readonly type: 'numeric' }>,
): MeasuredColumn {
  const [old, now] = [sortNumbers(reference), sortNumbers(current)];
  const { statistic, pValue } = ksTwoSample(old.sorted, now.sorted);
  const outside = outOfRange(now.sorted, feature.range);
  return {
    kind: 'numeric',
    test: 'ks',
    statistic,
    pValue,
    effect: scaledDistance(old.finite, now.finite),
    effectName: 'w1/sd',
    missing: {
      reference: shareOf(old.missing, reference.length),
      current: shareOf(now.missing, current.length),
      pValue: twoProportions(old.missing, reference.length, now.missing, current.length),
    },
    newCategories: [],
    outOfRange: shareOf(outside, current.length),
    histogram: numericHistogram(old.finite, now.finite),
    moved: `median ${median(old.sorted)} → ${median(now.sorted)}`,
    notes: notesOn(old, now, current.length, outside, feature.range),
  };
}

interface Numbers {
  /** Ascending, infinities at the ends. */
  readonly sorted: Float64Array;
  readonly finite: Float64Array;
  /** Null, NaN or text. */
  readonly missing: number;
  readonly text: number;
}

function sortNumbers(cells: Cells): Numbers {
  const values = new Float64Array(cells.length);
  let [kept, text] = [0, 0];
  for (const cell of cells) {
    if (typeof cell === 'number' && !Number.isNaN(cell)) {
      values[kept] = cell;
      kept += 1;
    } else if (typeof cell === 'string') text += 1;
  }
  const sorted = values.subarray(0, kept).sort();
  let [from, to] = [0, kept];
  while (from < kept && sorted[from] === Number.NEGATIVE_INFINITY) from += 1;
  while (to > from && sorted[to - 1] === Number.POSITIVE_INFINITY) to -= 1;
  return { sorted, finite: sorted.subarray(from, to), missing: cells.length - kept, text };
}

/**
 * Wasserstein-1 in standard deviations of the reference; of the current window where the reference is constant; 1 for two different
 * constants, which have no scale of their own.
 */
function scaledDistance(reference: Float64Array, current: Float64Array): number | null {
  const distance = wasserstein1(reference, current);
  if (distance === null || distance === 0) return distance;
  const scale = standardDeviation(reference) || standardDeviation(current);
  return scale === 0 ? 1 : distance / scale;
}

function outOfRange(sorted: Float64Array, range: readonly [number, number] | undefined): number {
  if (range === undefined) return 0;
  return sorted.reduce((count, value) => (value < range[0] || value > range[1] ? count + 1 : count), 0);
}

function median(sorted: Float64Array): string {
  return sorted.length === 0 ? 'none' : short(sorted[Math.floor((sorted.length - 1) / 2)] as number);
}

function notesOn(
  old: Numbers,
  now: Numbers,
  rows: number,
  outside: number,
  range: readonly [number, number] | undefined,
): string[] {
  const notes: string[] = [];
  if (now.text > 0) notes.push(`${percent(shareOf(now.text, rows))} of rows hold text instead of numbers`);
  if (range && outside > 0)
    notes.push(`${percent(shareOf(outside, rows))} of rows outside ${short(range[0])} to ${short(range[1])}`);
  const infinite = now.sorted.length - now.finite.length;
  if (infinite > 0) notes.push(`${infinite} infinite value${infinite > 1 ? 's' : ''}`);
  if (isConstant(now.sorted) && old.sorted.length > 0 && !isConstant(old.sorted))
    notes.push(`always ${short(now.sorted[0] as number)}, though the reference varies`);
  return notes;
}

/** One row says nothing about variation. */
function isConstant(sorted: Float64Array): boolean {
  return sorted.length > 1 && sorted[0] === sorted[sorted.length - 1];
}
