import { durationMs } from '../plan/duration.ts';
import { scales } from './false-alarm.ts';
import type { ReferenceChoice } from './select-reference.ts';

const dayMs = 86_400_000;
/** The longest window that evidence over time pools, wherever it ends; row counts know four of each weekday by then. */
const watchedDays = Math.max(...scales.map(({ days, every }) => days + every - 1));
/** How many days before the watched ones the choice of reference needs. */
const referenceDays: Readonly<Record<ReferenceChoice, number>> = {
  training: 0,
  'previous-window': 28,
  'same-weekday': 56,
  'same-month-last-year': 0,
};

/** The days that a check needs, in order: full UTC days that have ended at `asOf`. A day that has not ended is judged by the next check. */
export interface CheckDays {
  readonly window: readonly string[];
  /** The window's days and those before it that evidence over time pools with them. */
  readonly watched: readonly string[];
  /** All of them, and what the choice of reference looks back on. */
  readonly all: readonly string[];
}

export function daysOfCheck(asOf: string, window: string, reference: ReferenceChoice): CheckDays {
  const end = Math.floor(Date.parse(asOf) / dayMs);
  const within = Math.max(1, Math.ceil(durationMs(window) / dayMs));
  const watched = Math.max(within, watchedDays);
  const lastYear = reference === 'same-month-last-year' ? monthBefore(end) : [];
  return {
    window: until(end, within),
    watched: until(end, watched),
    all: [...lastYear, ...until(end, watched + referenceDays[reference])],
  };
}

/** From the midnight before the first day to the one after the last. */
export function spanOf(days: readonly string[]): { readonly from: string; readonly to: string } {
  const to = Date.parse(days.at(-1) ?? '') + dayMs;
  return { from: `${days[0]}T00:00:00.000Z`, to: new Date(to).toISOString() };
}

function until(end: number, count: number): string[] {
  return Array.from({ length: count }, (_, at) => nameOf(end - count + at));
}

/** Every day of the month of the last watched day, a year ago. */
function monthBefore(end: number): string[] {
  const month = `${Number(nameOf(end - 1).slice(0, 4)) - 1}${nameOf(end - 1).slice(4, 7)}`;
  const first = Date.parse(`${month}-01T00:00:00Z`) / dayMs;
  return Array.from({ length: 31 }, (_, at) => nameOf(first + at)).filter((day) => day.startsWith(month));
}

function nameOf(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}
