import type { NumericProfile } from '../profile/profile.ts';
import type { ColumnReference } from './column-reference.ts';
import { type Effect, effectOf, missingEffect, weekdayEffect } from './effect.ts';
import { type FalseAlarm, minimumMissingChange, scales, shareOfTest } from './false-alarm.ts';
import type { ColumnSeries, SeriesDay } from './series.ts';
import { daysKnown, type WatchedDays } from './watched-days.ts';
import { type TestName, type TestOutcome, windowTests } from './window-tests.ts';

/** What one column shows on one day; null where nothing could be tested. */
export interface Look {
  /** The distribution of the values that are there. */
  readonly values: Sight | null;
  /** The share that is not there. */
  readonly missing: Sight | null;
}

/** The strongest evidence among the windows that end with a day. */
export interface Sight {
  readonly test: TestName;
  /** Days of the window, and its first day: about when it began. */
  readonly scale: number;
  readonly from: string;
  readonly pValue: number;
  /** The p-value times the number of such tests in a period, at most 1: significant below the rate. */
  readonly adjustedP: number;
  /** Over this window. For days before the last one only where the test is significant. */
  readonly effect: Effect | null;
  /** Significant, and large enough to matter. */
  readonly drifted: boolean;
}

export interface LookSettings {
  readonly falseAlarm: FalseAlarm;
  /** Of one window of all columns. */
  readonly tests: number;
  readonly minimumEffect: number;
  readonly column: { readonly profile: NumericProfile | null; readonly edges: readonly number[] };
  readonly reference: ColumnReference;
  readonly watched: WatchedDays;
  /** Days from one watched day to the next. */
  readonly spacing: number;
}

interface Window {
  readonly scale: number;
  readonly from: number;
  readonly to: number;
  readonly outcome: TestOutcome;
  /** The p-value times the number of tests, weighted: significant below the rate. */
  readonly adjusted: number;
}

/**
 * Looks at every day in turn, each time at each scale's last window; windows with gaps longer than themselves are left out. Once a column is
 * said to have drifted, days from there on no longer tell how days differ that do not drift.
 */
export function looksOf(series: ColumnSeries, settings: LookSettings): Look[] {
  const latest = scales.map((): { to: number; windows: readonly Window[] } => ({ to: -1, windows: [] }));
  let quietUntil = Number.POSITIVE_INFINITY;
  return series.days.map(({ number }, at) => {
    const windows = scales.flatMap((scale, index) => {
      let to = at;
      while (to >= 0 && (series.days[to] as SeriesDay).number > number - (number % scale.every)) to -= 1;
      const isLast = at === series.days.length - 1;
      if (isLast || latest[index]?.to !== to)
        latest[index] = { to, windows: windowsOf(series, to, scale, settings, { quietUntil, isLast }) };
      return latest[index]?.windows ?? [];
    });
    const look = lookAt(series, windows, at, settings);
    const drifted = [look.values, look.missing].flatMap((one) => (one?.drifted ? [one.from] : []));
    const since = series.days.findIndex(({ day }) => drifted.includes(day));
    quietUntil = since < 0 ? Number.POSITIVE_INFINITY : Math.min(quietUntil, since);
    return look;
  });
}

function windowsOf(
  series: ColumnSeries,
  to: number,
  scale: (typeof scales)[number],
  { falseAlarm, tests, reference, watched, spacing }: LookSettings,
  { quietUntil, isLast }: { readonly quietUntil: number; readonly isLast: boolean },
): Window[] {
  const from = to - scale.days + 1;
  const [first, last] = [series.days[from], series.days[to]];
  if (first === undefined || last === undefined || last.number - first.number >= 2 * scale.days * spacing) return [];
  const weight = falseAlarm.rate / shareOfTest(falseAlarm, tests, scale);
  const known = daysKnown(reference, watched, series, { from, to, quietUntil });
  // Only the last day's p-values are told.
  const decisive = isLast ? 1 : 1 / weight;
  return windowTests({ series, from, to, known, scores: reference.scores, decisive }).map((outcome) => {
    return { scale: scale.days, from, to, outcome, adjusted: Math.min(1, outcome.pValue * weight) };
  });
}

function lookAt(series: ColumnSeries, windows: readonly Window[], at: number, settings: LookSettings): Look {
  return {
    values: sight(
      series,
      windows.filter(({ outcome }) => outcome.test !== 'missing'),
      at,
      settings,
    ),
    missing: sight(
      series,
      windows.filter(({ outcome }) => outcome.test === 'missing'),
      at,
      settings,
    ),
  };
}

function sight(series: ColumnSeries, windows: readonly Window[], at: number, settings: LookSettings): Sight | null {
  const { rate } = settings.falseAlarm;
  const [best] = windows;
  if (best === undefined) return null;
  const told = (window: Window, effect: Effect | null, drifted: boolean): Sight => ({
    test: window.outcome.test,
    scale: window.scale,
    from: (series.days[window.from] as SeriesDay).day,
    pValue: window.outcome.pValue,
    adjustedP: window.adjusted,
    effect,
    drifted,
  });
  const strongest = windows.reduce((one, other) => (isSurer(other, one) ? other : one), best);
  const isLast = at === series.days.length - 1;
  if (strongest.adjusted >= rate) return told(strongest, isLast ? sizeOf(series, strongest, settings) : null, false);
  const significant = windows.filter(({ adjusted }) => adjusted < rate).sort((a, b) => (isSurer(a, b) ? -1 : 1));
  for (const window of significant) {
    const effect = sizeOf(series, window, settings);
    if (effect.beyondChance >= leastOf(window, settings)) return told(window, effect, true);
  }
  return told(strongest, sizeOf(series, strongest, settings), false);
}

/** Adjusted p-values of 1 are told apart by what they were. */
function isSurer(one: Window, other: Window): boolean {
  return one.adjusted === other.adjusted ? one.outcome.pValue < other.outcome.pValue : one.adjusted < other.adjusted;
}

function sizeOf(series: ColumnSeries, { from, to, outcome }: Window, { column, reference }: LookSettings): Effect {
  const span = [from, to] as const;
  const weekdays = reference.location.variation?.weekdays ?? null;
  if (outcome.test === 'missing') return missingEffect(series, span, outcome);
  const effect = effectOf(series, span, column, outcome);
  const wholeWeeks = (to - from + 1) % 7 === 0;
  return outcome.test === 'location' && weekdays !== null && !wholeWeeks ? weekdayEffect(effect, outcome) : effect;
}

function leastOf({ outcome }: Window, { minimumEffect }: LookSettings): number {
  return outcome.test === 'missing' ? minimumMissingChange : minimumEffect;
}
