import { type Stretch, stretchesOf } from './stretch.ts';
import { fisherTail } from './student.ts';

/** A mean of a day's rows: of ranks, or of a share. */
export interface DayMean {
  /** Days since 1970. */
  readonly day: number;
  readonly rows: number;
  readonly mean: number;
}

/** How much the days of a reference differ, beyond what their rows explain. */
export interface DayVariation {
  /** Weekdays' differences taken out where they matter. */
  readonly stretch: Stretch;
  /** That the stretch is averaged over. */
  readonly dimensions: number;
  /** The stretch's ratio with the weekdays' differences left in. */
  readonly rawRatio: number;
  /** Third central moment of the days' means. */
  readonly thirdMoment: number;
  /** By weekday (0 = Thursday, the first of 1970), where weekdays differ; the rows and days that its mean comes from. */
  readonly weekdays: readonly { readonly mean: number; readonly rows: number; readonly days: number }[] | null;
}

/**
 * One-way analysis of variance over the reference's days.
 * @param variance of one row around the mean, inside days that do not differ
 * @returns null where fewer than three days have rows, or nothing varies: rows are then taken as independent
 */
export function variationOf(days: readonly DayMean[], variance: number): DayVariation | null {
  const filled = days.filter(({ rows }) => rows > 0);
  if (filled.length < 3 || !(variance > 0)) return null;
  const total = sum(filled.map(({ rows }) => rows));
  const mean = sum(filled.map(({ rows, mean }) => rows * mean)) / total;
  const between = sum(filled.map((day) => day.rows * (day.mean - mean) ** 2)) / variance;
  const weekdays = weekdaysOf(filled, between, variance);
  const residual = (day: DayMean): number => day.mean - (weekdays?.[day.day % 7]?.mean ?? mean);
  const values = filled.map((day) => ({ ...day, values: [residual(day) / Math.sqrt(variance)] }));
  const stretch = stretchesOf(values, 1)(0, filled.length - 1);
  if (stretch === null) return null;
  const degrees = filled.length - (weekdays === null ? 1 : 7);
  const ratio = (stretch.ratio * (filled.length - 1)) / degrees;
  return {
    stretch: { ...stretch, ratio, degrees },
    dimensions: 1,
    rawRatio: Math.max(ratio, between / (filled.length - 1)),
    thirdMoment: sum(filled.map((day) => residual(day) ** 3)) / filled.length,
    weekdays,
  };
}

/** Weekdays are taken out where each is there three times or more and they differ for certain; leaving them in is only more careful. */
function weekdaysOf(days: readonly DayMean[], between: number, variance: number): DayVariation['weekdays'] {
  const groups = Array.from({ length: 7 }, (_, weekday) => days.filter(({ day }) => day % 7 === weekday));
  if (groups.some((group) => group.length < 3)) return null;
  const means = groups.map((group) => {
    const rows = sum(group.map(({ rows }) => rows));
    return { mean: sum(group.map(({ rows, mean }) => rows * mean)) / rows, rows, days: group.length };
  });
  const within = sum(days.map((day) => day.rows * (day.mean - (means[day.day % 7]?.mean ?? 0)) ** 2)) / variance;
  const f = (between - within) / 6 / (within / (days.length - 7));
  return within === 0 || fisherTail(f, 6, days.length - 7) < 1e-4 ? means : null;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
