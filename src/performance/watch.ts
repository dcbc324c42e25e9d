import { studentQuantile, studentTail } from '../drift/student.ts';
import { clustering, type Day, dayEffect, degreesOf, fewestDays, type Spread, spreadOf } from './baseline.ts';
import type { Statistic } from './statistic.ts';
import type { ScoreCells } from './totals.ts';

/**
 * How many days are pooled, and how often: a breakdown shows within a day, a slow loss over weeks. A look at 32 days is taken every 16th day, so that
 * there are few of them and each may be judged less severely.
 */
export const scales = [
  { days: 1, every: 1 },
  { days: 2, every: 1 },
  { days: 4, every: 2 },
  { days: 8, every: 4 },
  { days: 16, every: 8 },
  { days: 32, every: 16 },
] as const;

/** Days before the judged one that a watch can make use of. */
export const memoryDays = 48;

export type Verdict = 'changed' | 'held' | 'inconclusive';

export interface WatchOptions {
  /** Probability of a false alarm that may be spent a day, on all scales together. */
  readonly alpha: number;
  /** Smallest change that matters, in the unit of the statistic. */
  readonly atLeast: number;
  /** 1: only a rise matters, -1: only a fall, 0: both. */
  readonly direction: 1 | -1 | 0;
}

/** The statistic over `days` days, against the reference. */
export interface Look {
  readonly days: number;
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly value: number;
  /** Value minus the reference's. */
  readonly change: number;
  readonly standardError: number;
  readonly degrees: number;
  /** Of no change (in the direction that matters), by itself. */
  readonly pValue: number;
  /** The probability below which this look counts as certain. */
  readonly level: number;
  readonly changed: boolean;
}

export interface Watched {
  readonly name: string;
  readonly reference: number | null;
  /** The smallest change that matters. */
  readonly atLeast: number;
  readonly verdict: Verdict;
  /** The look with the strongest evidence of those that changed, else of all; null where no look was possible. */
  readonly look: Look | null;
  /** The smallest change that any of today's looks could have called certain; null where none could. */
  readonly detectable: number | null;
  /** Why nothing was decided; null otherwise. */
  readonly why: string | null;
}

/**
 * Compares the last 1 to 32 days with the reference. Each look is a valid test by itself (Student's, its variance from rows and from how days of the
 * reference and of the look differ) and takes its share of `alpha`, so that the sum over looks and days bounds the chance of any false alarm,
 * however the looks depend on each other. A change counts when it is certain and at least `atLeast`. Looks end on fixed days of the calendar: the
 * days are the only state, and asking twice spends nothing.
 * @param reference the statistic on the reference's days
 * @param days in order; the last one is the day that is judged
 */
export function watch(
  cells: ScoreCells,
  statistic: Statistic,
  reference: Spread | null,
  days: readonly Day[],
  options: WatchOptions,
): Watched {
  const start = { name: statistic.name, reference: reference?.value ?? null, atLeast: options.atLeast };
  const unable = (why: string): Watched => ({ ...start, verdict: 'inconclusive', look: null, detectable: null, why });
  if (!reference) return unable('not defined on the reference');
  if (reference.days.length < fewestDays) return unable(`the reference has fewer than ${fewestDays} days`);
  const looks = scales.flatMap(
    (scale) => lookAt(cells, statistic, reference, windowOf(days, scale), scale, options) ?? [],
  );
  if (looks.length === 0) return unable(`no window with ${minimumRows} rows on which it is defined`);
  const changed = looks.filter((look) => look.changed);
  // The look with most rows: short ones swing.
  const large = matters((looks.at(-1) as Look).change, options);
  return {
    ...start,
    verdict: changed.length > 0 ? 'changed' : large ? 'inconclusive' : 'held',
    look: strongest(changed.length > 0 ? changed : looks),
    detectable: Math.min(...looks.map((look) => detectable(look, options))),
    why: null,
  };
}

type Scale = (typeof scales)[number];

/** Fewer rows are judged with more days. */
const minimumRows = 30;

/** The scale's last window of the calendar; empty where its days are not all known or most of them hold nothing. */
function windowOf(days: readonly Day[], { days: span, every }: Scale): readonly Day[] {
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return [];
  const end = last.day - (last.day % every);
  const from = end - span;
  if (first.day > from + 1) return [];
  const window = days.filter(({ day }) => day > from && day <= end);
  return 2 * window.length >= span ? window : [];
}

function lookAt(
  cells: ScoreCells,
  statistic: Statistic,
  reference: Spread,
  window: readonly Day[],
  scale: Scale,
  { alpha, atLeast, direction }: WatchOptions,
): Look | null {
  const now = spreadOf(cells, statistic, window);
  const [first, last] = [now?.days[0], now?.days.at(-1)];
  if (!now || !first || !last || now.rows < minimumRows) return null;
  const between = dayEffect([reference, now]);
  // Whichever is larger: a few rows, or rows of one kind, show too little variance of their own.
  const rowVariance = Math.max(reference.rowVariance, now.rowVariance);
  const weight = clustering(now.days, between.correlation) + clustering(reference.days, between.correlation);
  const variance = rowVariance / now.rows + reference.rowVariance / reference.rows + between.variance * weight;
  const standardError = Math.sqrt(variance);
  const degrees = degreesOf(variance, between, weight);
  const change = now.value - reference.value;
  const pValue = pOf(change / standardError, degrees, direction);
  const level = (alpha * scale.every) / scales.length;
  return {
    days: scale.days,
    from: first.day,
    to: last.day,
    rows: now.rows,
    value: now.value,
    change,
    standardError,
    degrees,
    pValue,
    level,
    changed: pValue < level && matters(change, { atLeast, direction }),
  };
}

function pOf(t: number, degrees: number, direction: WatchOptions['direction']): number {
  if (Number.isNaN(t)) return 1;
  return direction === 0 ? Math.min(1, 2 * studentTail(Math.abs(t), degrees)) : studentTail(direction * t, degrees);
}

function matters(change: number, { atLeast, direction }: Pick<WatchOptions, 'atLeast' | 'direction'>): boolean {
  return (direction === 0 ? Math.abs(change) : direction * change) >= atLeast;
}

function strongest(looks: readonly Look[]): Look | null {
  return looks.reduce<Look | null>((best, look) => (best === null || look.pValue < best.pValue ? look : best), null);
}

function detectable({ standardError, degrees, level }: Look, { direction }: WatchOptions): number {
  return standardError * studentQuantile(direction === 0 ? level / 2 : level, degrees);
}
