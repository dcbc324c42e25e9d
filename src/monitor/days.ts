import { durationMs } from '../plan/duration.ts';

const dayMs = 86_400_000;
/** How far before its window a check looks back: evidence over time pools up to 16 days, row counts know four of each weekday. */
const historyDays = 28;

/** The full UTC days of a check's window, in order: a day that has not ended at `asOf` is judged by the next check. */
export function windowDays(asOf: string, window: string): string[] {
  return daysUntil(asOf, Math.max(1, Math.ceil(durationMs(window) / dayMs)));
}

/** The days before the window that it is held against, in order. */
export function earlierDays(asOf: string, window: string): string[] {
  const within = windowDays(asOf, window);
  return daysUntil(asOf, within.length + historyDays).slice(0, historyDays);
}

function daysUntil(asOf: string, count: number): string[] {
  const end = Math.floor(Date.parse(asOf) / dayMs);
  return Array.from({ length: count }, (_, at) => new Date((end - count + at) * dayMs).toISOString().slice(0, 10));
}
