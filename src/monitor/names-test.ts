import type { Dispersion } from './dispersion.ts';
import { type MeanTest, meanTest } from './mean-test.ts';
import { type ColumnSeries, type SeriesDay, total, windowCounts } from './series.ts';

/**
 * Tests the share of each name by itself, with the variance of that name's days; the smallest p-value times the number of names (union
 * bound) is the column's. Rare names vary as all of them together do.
 */
export function namesTest(
  series: ColumnSeries,
  from: number,
  to: number,
  dispersions: (name: string) => Dispersion,
): MeanTest {
  const here = windowCounts(series, from, to);
  const [rows, now] = [total(series.reference), total(here)];
  let [best, tested]: [MeanTest | null, number] = [null, 0];
  for (const [at, name] of series.names.entries()) {
    const [was, is] = [series.reference[at] as number, here[at] as number];
    if (was + is === 0) continue;
    tested += 1;
    // Far from any decision: most names of most windows.
    if (Math.abs(is / now - was / rows) ** 2 < (4 * (was + is)) / (rows + now) / now) continue;
    const outcome = shareTest(series, [from, to], at, dispersions(name));
    if (best === null || outcome.pValue < best.pValue) best = outcome;
  }
  if (best === null)
    return { pValue: 1, inflation: 1, difference: 0, standardError: 0, degrees: Number.POSITIVE_INFINITY };
  return { ...best, pValue: Math.min(1, best.pValue * tested) };
}

function shareTest(
  series: ColumnSeries,
  [from, to]: readonly [number, number],
  at: number,
  dispersion: Dispersion,
): MeanTest {
  const rows = total(series.reference);
  const was = (series.reference[at] as number) / rows;
  let counted = 0;
  const window = series.days.slice(from, to + 1).flatMap((day: SeriesDay, index) => {
    const before = series.days[from + index - 1]?.until.counts ?? series.none;
    const count = (day.until.counts[at] as number) - (before[at] as number);
    counted += count;
    return day.present === 0 ? [] : [{ day: day.number, rows: day.present, difference: count / day.present - was }];
  });
  const now = window.reduce((sum, day) => sum + day.rows, 0);
  const pooled = (counted + (series.reference[at] as number)) / (now + rows);
  const variance = pooled * (1 - pooled);
  const skewness = variance > 0 ? (1 - 2 * pooled) / Math.sqrt(variance) : 0;
  return meanTest(window, { rows, mean: was, variance: was * (1 - was) }, { variance, skewness }, dispersion);
}
