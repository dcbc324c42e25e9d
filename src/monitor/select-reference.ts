import { coarseCells } from '../profile/cells.ts';
import { mergeProfiles } from '../profile/merge.ts';
import type { ReferenceDay, ReferenceProfile } from '../profile/profile.ts';
import { meanOver, midRanks, normalScores, orderedCounts } from '../profile/ranks.ts';
import type { MonitoredDay } from './series.ts';

/**
 * What a day is compared with. `training`: the champion's training rows (weekdays that differ there are taken out by themselves);
 * `previous-window`: the four weeks before the watched days; `same-weekday`: the same weekday in the eight weeks before;
 * `same-month-last-year`: the days of that month a year ago.
 */
export type ReferenceChoice = 'training' | 'previous-window' | 'same-weekday' | 'same-month-last-year';

/** Fewer days say too little of how days differ. */
const leastDays: Readonly<Record<Exclude<ReferenceChoice, 'training'>, number>> = {
  'previous-window': 14,
  'same-weekday': 4,
  'same-month-last-year': 14,
};

/**
 * The reference of a choice, from profiles that are stored anyway; all are in the training reference's bins.
 * @param history stored days in order of time, those watched included
 * @param watched first and last day that the evidence will look at: they are never part of their own reference
 * @returns null where too few days are stored: the caller then takes `training` and says so
 */
export function selectReference(
  choice: ReferenceChoice,
  training: ReferenceProfile,
  history: readonly MonitoredDay[],
  watched: { readonly from: string; readonly to: string },
): ReferenceProfile | null {
  if (choice === 'training') return training;
  const filled = history.filter(({ day, profile }) => profile.rows > 0 && day < watched.from);
  const chosen = filled.filter(({ day }) => isChosen(choice, day, watched));
  return chosen.length < leastDays[choice] ? null : referenceOfDays(training, chosen);
}

const dayMs = 86_400_000;

/**
 * The watched days that may be set against the reference: of one weekday only those of that weekday, as Mondays are no drift from Sundays.
 * `spacing` is how many days lie from one of them to the next.
 */
export function comparableDays<T extends { readonly day: string }>(
  choice: ReferenceChoice,
  watched: readonly T[],
): { readonly days: readonly T[]; readonly spacing: number } {
  const last = watched.at(-1);
  if (choice !== 'same-weekday' || last === undefined) return { days: watched, spacing: 1 };
  return { days: watched.filter(({ day }) => isWeeksBefore(day, last.day)), spacing: 7 };
}

function isWeeksBefore(day: string, to: string): boolean {
  return (Date.parse(to) - Date.parse(day)) % (7 * dayMs) === 0;
}

function isChosen(
  choice: Exclude<ReferenceChoice, 'training'>,
  day: string,
  { from, to }: { readonly from: string; readonly to: string },
): boolean {
  const before = (Date.parse(from) - Date.parse(day)) / dayMs;
  if (choice === 'previous-window') return before <= 28;
  if (choice === 'same-weekday') return before <= 56 && isWeeksBefore(day, to);
  return day.slice(0, 7) === `${Number(to.slice(0, 4)) - 1}${to.slice(4, 7)}`;
}

/** Stored days as a reference: what they hold together, and how they differ. */
export function referenceOfDays(training: ReferenceProfile, days: readonly MonitoredDay[]): ReferenceProfile {
  const whole = mergeProfiles(days.map(({ profile }) => profile));
  const columns = Object.entries(whole.columns).map(([name, column]) => ({
    name,
    cells: coarseCells(column),
    ranks: column.kind === 'numeric' ? midRanks(orderedCounts(column)) : null,
    scores: column.kind === 'numeric' ? normalScores(orderedCounts(column)) : null,
  }));
  const entries = days.map(({ day, profile }): ReferenceDay => {
    const own = columns.flatMap(({ name, cells, ranks, scores }) => {
      const column = profile.columns[name];
      if (column === undefined) return [];
      const counts = column.kind === 'numeric' ? orderedCounts(column) : null;
      const meanRank = counts !== null && ranks !== null ? meanOver(counts, ranks) : null;
      const meanScore = counts !== null && scores !== null ? meanOver(counts, scores) : null;
      return [
        [name, { meanRank, meanScore, missing: 1 - column.present / profile.rows, cells: cells(column) }] as const,
      ];
    });
    return { day, rows: profile.rows, columns: Object.fromEntries(own) };
  });
  const [first, last] = [days[0]?.day ?? training.window.from, days.at(-1)?.day ?? training.window.to];
  const window = { from: iso(Date.parse(first)), to: iso(Date.parse(last) + dayMs) };
  return { id: training.id, window, whole, edges: training.edges, days: entries };
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
