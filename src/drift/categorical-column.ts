import { chiSquareHomogeneity, totalVariation, twoProportions } from './counts.ts';
import { type Cells, type MeasuredColumn, percent, shareOf } from './measured-column.ts';

/** Compares a categorical column; null and the empty text are missing, numbers are taken as names. */
export function measureCategorical(reference: Cells, current: Cells): MeasuredColumn {
  const [old, now] = [countNames(reference), countNames(current)];
  const names = [...new Set([...old.counts.keys(), ...now.counts.keys()])];
  const before = names.map((name) => old.counts.get(name) ?? 0);
  const after = names.map((name) => now.counts.get(name) ?? 0);
  const { statistic, pValue } = chiSquareHomogeneity(before, after);
  const fresh = old.present === 0 ? [] : names.filter((name) => !old.counts.has(name));
  fresh.sort((a, b) => (now.counts.get(b) as number) - (now.counts.get(a) as number));
  return {
    kind: 'categorical',
    test: 'chi-square',
    statistic,
    pValue,
    effect: totalVariation(before, after),
    effectName: 'tvd',
    missing: {
      reference: shareOf(reference.length - old.present, reference.length),
      current: shareOf(current.length - now.present, current.length),
      pValue: twoProportions(
        reference.length - old.present,
        reference.length,
        current.length - now.present,
        current.length,
      ),
    },
    newCategories: fresh,
    outOfRange: 0,
    histogram: topCategories(names, before, after),
    moved: largestChange(names, before, after, old.present, now.present),
    notes: noteOnNew(fresh, now.counts, current.length),
  };
}

const shownCategories = 12;
/** A single new name in ten thousand rows is life, not news. */
const newsworthyShare = 0.001;

function countNames(cells: Cells): { readonly counts: ReadonlyMap<string, number>; readonly present: number } {
  const counts = new Map<string, number>();
  let present = 0;
  for (const cell of cells) {
    if (cell === null || cell === '' || Number.isNaN(cell)) continue;
    const name = String(cell);
    counts.set(name, (counts.get(name) ?? 0) + 1);
    present += 1;
  }
  return { counts, present };
}

/** The most frequent names of both windows together, and the rest as one. */
function topCategories(
  names: readonly string[],
  before: readonly number[],
  after: readonly number[],
): MeasuredColumn['histogram'] {
  const [rowsBefore, rowsAfter] = [total(before), total(after)];
  const weight = (at: number): number =>
    shareOf(before[at] as number, rowsBefore) + shareOf(after[at] as number, rowsAfter);
  const order = names.map((_, at) => at).sort((a, b) => weight(b) - weight(a));
  const top = order.slice(0, shownCategories);
  const rest = order.slice(shownCategories);
  const pick = (counts: readonly number[]): number[] => {
    const others = rest.length > 0 ? [total(rest.map((at) => counts[at] as number))] : [];
    return [...top.map((at) => counts[at] as number), ...others];
  };
  return {
    labels: [...top.map((at) => names[at] as string), ...(rest.length > 0 ? ['other'] : [])],
    reference: pick(before),
    current: pick(after),
  };
}

function largestChange(
  names: readonly string[],
  before: readonly number[],
  after: readonly number[],
  rowsBefore: number,
  rowsAfter: number,
): string {
  const shares = names.map((name, at) => ({
    name,
    was: shareOf(before[at] as number, rowsBefore),
    is: shareOf(after[at] as number, rowsAfter),
  }));
  const most = shares.reduce<(typeof shares)[number] | null>(
    (worst, one) => (worst === null || Math.abs(one.is - one.was) > Math.abs(worst.is - worst.was) ? one : worst),
    null,
  );
  return most === null ? 'no values' : `${most.name} ${percent(most.was)} → ${percent(most.is)}`;
}

function noteOnNew(fresh: readonly string[], counts: ReadonlyMap<string, number>, rows: number): string[] {
  const share = shareOf(total(fresh.map((name) => counts.get(name) as number)), rows);
  if (fresh.length === 0 || share < newsworthyShare) return [];
  const some = fresh.slice(0, 5).join(', ');
  return [
    `${fresh.length} new ${fresh.length > 1 ? 'categories' : 'category'} in ${percent(share)} of rows: ${some}${fresh.length > 5 ? ', …' : ''}`,
  ];
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
