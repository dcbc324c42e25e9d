import { chanceRatio, memoryOf } from './memory.ts';
import { fisherTail } from './student.ts';

/** A mean of a day's rows: of ranks, or of a share. */
export interface DayMean {
  /** Days since 1970. */
  readonly day: number;
  readonly rows: number;
  readonly mean: number;
}

/** How much the means of days differ, beyond what their rows explain. */
export interface DayVariation {
  /** Variance between days over what independent rows would give, weekdays taken out where they matter; about 1 where rows are independent. */
  readonly ratio: number;
  /** The ratio is more than chance (one-sided 1 %). */
  readonly certain: boolean;
  readonly degrees: number;
  /** The same with the weekdays' differences left in. */
  readonly rawRatio: number;
  /** Rows of a typical day: (sum n - sum n^2 / sum n) / (days - 1). */
  readonly rowsPerDay: number;
  /** Of one day's surplus with the next one's, 0 to 0.8: the days of one reference say nothing of longer memory. */
  readonly autocorrelation: number;
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
  const within = sum(filled.map((day) => day.rows * residual(day) ** 2)) / variance;
  const degrees = filled.length - (weekdays === null ? 1 : 7);
  const rowsPerDay = (total - sum(filled.map(({ rows }) => rows ** 2)) / total) / (filled.length - 1);
  const ratio = within / degrees;
  const surplus = ((Math.max(1, ratio) - 1) * variance) / rowsPerDay;
  const certain = ratio > chanceRatio(degrees);
  const autocorrelation = certain ? autocorrelationOf(filled, residual, surplus) : 0;
  const independent = (1 - autocorrelation ** 2) / (1 + autocorrelation ** 2);
  return {
    ratio,
    certain,
    degrees: degrees * Math.max(1 / 3, independent),
    rawRatio: Math.max(ratio, between / (filled.length - 1)),
    rowsPerDay,
    autocorrelation,
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

function autocorrelationOf(days: readonly DayMean[], residual: (day: DayMean) => number, surplus: number): number {
  const byDay = new Map(days.map((day) => [day.day, residual(day)]));
  const products = [...byDay].flatMap(([day, one]) => {
    const next = byDay.get(day + 1);
    return next === undefined ? [] : [one * next];
  });
  const variance = sum([...byDay.values()].map((value) => value ** 2)) / byDay.size;
  return memoryOf({ products, variance, surplus, dimensions: 1, days: byDay.size });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
