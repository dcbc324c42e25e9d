import type { DayCells } from './cell-variation.ts';
import type { ColumnReference } from './column-reference.ts';
import type { DayMean } from './day-variation.ts';
import { type Dispersion, dispersionOf, independentRows, type LearntDays } from './dispersion.ts';
import type { ColumnSeries, MonitoredDay, SeriesDay } from './series.ts';
import { type DayValue, type StretchOf, stretchesOf } from './stretch.ts';

/** How a column's days differ, by all that is known at a window; asked only where it can matter. */
export interface DaysKnown {
  readonly weekdays: Dispersion['weekdays'];
  readonly missingWeekdays: Dispersion['weekdays'];
  location(): Dispersion;
  cells(): Dispersion;
  missing(): Dispersion;
  /**
   * Rare names vary as all of them together do.
   * @param memory of the column: names that differ too little to show one of their own remember as long as all names together
   */
  name(name: string, memory: number): Dispersion;
}

/** A column's watched days, ready to be asked how much any stretch of them differs. */
export interface WatchedDays {
  readonly location: StretchOf;
  readonly cells: StretchOf;
  readonly missing: StretchOf;
  readonly names: ReadonlyMap<string, StretchOf>;
}

/** As many days up to a window's last one are asked how much days differ: those that every check knows. */
const askedDays = 28;

export function watchedDays(
  name: string,
  series: ColumnSeries,
  days: readonly MonitoredDay[],
  reference: ColumnReference,
): WatchedDays {
  const { units, scores, missingShare } = reference;
  const cells = series.days.map(({ number }, at): DayCells => {
    const column = days[at]?.profile.columns[name];
    return { day: number, cells: column === undefined ? [] : reference.cellsOf(column) };
  });
  const places = series.days.map(({ number, present, meanScore }) => ({ day: number, rows: present, mean: meanScore }));
  const gone = series.days.map(({ number, rows, present }) => ({
    day: number,
    rows,
    mean: rows === 0 ? 0 : (rows - present) / rows,
  }));
  const names = [...reference.names].map(([own, { cell, share, days: learnt }]) => {
    const shares = cells.map(({ day, cells: counts }) => shareOfDay(day, counts, cell));
    return [own, meansApart(shares, learnt, share, share * (1 - share))] as const;
  });
  return {
    location: meansApart(places, reference.location, 0, scores.variance),
    cells: units === null ? nothing : stretchesOf(cells.map(units.values), units.dimensions),
    missing: meansApart(gone, reference.missing, missingShare, missingShare * (1 - missingShare)),
    names: new Map(names),
  };
}

/**
 * What is known of days when the ones from index `from` to `to` are looked at: the reference's; those; and the ones before them.
 * @param quietUntil index of the first day that is known to have drifted: it and later ones say nothing of days that do not
 */
export function daysKnown(
  reference: ColumnReference,
  watched: WatchedDays,
  { days }: ColumnSeries,
  { from, to, quietUntil }: { readonly from: number; readonly to: number; readonly quietUntil: number },
): DaysKnown {
  const earliest = (days[to] as SeriesDay).number - askedDays;
  let start = from;
  while (start > 0 && (days[start - 1] as SeriesDay).number > earliest) start -= 1;
  const end = Math.min(from, quietUntil) - 1;
  const of = (learnt: LearntDays, stretch: StretchOf, memory = 0): Dispersion =>
    dispersionOf(learnt, [stretch(from, to), end > start ? stretch(start, end) : null], memory);
  return {
    weekdays: reference.location.variation?.weekdays ?? null,
    missingWeekdays: reference.missing.variation?.weekdays ?? null,
    location: () => of(reference.location, watched.location),
    cells: () => of(reference.cells, watched.cells),
    missing: () => of(reference.missing, watched.missing),
    name: (name, memory) => {
      const own = reference.names.has(name) ? name : '';
      const learnt = reference.names.get(own);
      return learnt === undefined ? independentRows : of(learnt.days, watched.names.get(own) ?? nothing, memory);
    },
  };
}

const nothing: StretchOf = () => null;

/** Days' means against what the reference, or its weekday, leads to expect. */
function meansApart(means: readonly DayMean[], { variation }: LearntDays, centre: number, variance: number): StretchOf {
  if (!(variance > 0)) return nothing;
  const expected = (day: number): number => variation?.weekdays?.[day % 7]?.mean ?? centre;
  const unit = Math.sqrt(variance);
  return stretchesOf(
    means.map(({ day, rows, mean }): DayValue => ({ day, rows, values: [(mean - expected(day)) / unit] })),
    1,
  );
}

function shareOfDay(day: number, cells: readonly number[], cell: number): DayMean {
  const rows = cells.reduce((sum, count) => sum + count, 0);
  return { day, rows, mean: rows === 0 ? 0 : (cells[cell] ?? 0) / rows };
}
