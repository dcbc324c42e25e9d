import type { CategoricalProfile, ColumnProfile } from './profile.ts';
import { orderedCounts } from './ranks.ts';

/** How many coarse cells a column's days are remembered in. */
const most = 16;

/**
 * Sums a column's counts into at most 16 coarse cells of about equal weight in the reference (categories: the 15 most frequent and the
 * rest): what is kept of each day of a reference, so that it is known how much days differ.
 */
export function coarseCells(reference: ColumnProfile): (day: ColumnProfile) => number[] {
  if (reference.kind === 'categorical') return coarseNames(reference);
  const counts = orderedCounts(reference);
  const total = counts.reduce((sum, count) => sum + count, 0);
  let below = 0;
  const cellOf = Array.from(counts, (count) => {
    const cell = Math.min(most - 1, Math.floor((most * (below + count / 2)) / Math.max(1, total)));
    below += count;
    return cell;
  });
  return (day) => {
    const cells = new Array<number>(most).fill(0);
    if (day.kind === 'numeric') {
      for (const [at, count] of orderedCounts(day).entries()) {
        const cell = cellOf[at] ?? most - 1;
        cells[cell] = (cells[cell] as number) + count;
      }
    }
    return cells;
  };
}

/** The names that have a cell of their own, the most frequent first. */
export function commonNames({ counts }: CategoricalProfile): string[] {
  return Object.entries(counts)
    .sort(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1))
    .slice(0, most - 1)
    .map(([name]) => name);
}

function coarseNames(reference: CategoricalProfile): (day: ColumnProfile) => number[] {
  const names = commonNames(reference);
  return (day) => {
    if (day.kind !== 'categorical') return new Array<number>(names.length + 1).fill(0);
    const cells = names.map((name) => day.counts[name] ?? 0);
    return [...cells, day.present - cells.reduce((sum, count) => sum + count, 0)];
  };
}
