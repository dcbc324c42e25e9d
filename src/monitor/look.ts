import type { NumericProfile } from '../profile/profile.ts';
import { type Effect, effectOf, missingEffect, weekdayEffect } from './effect.ts';
import { type FalseAlarm, minimumMissingChange, scales, shareOfTest } from './false-alarm.ts';
import type { ColumnSeries, SeriesDay } from './series.ts';
import { type ColumnReference, type TestName, type TestOutcome, windowTests } from './window-tests.ts';

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
}

interface Window {
  readonly scale: number;
  readonly from: number;
  readonly to: number;
  readonly outcome: TestOutcome;
  /** The p-value times the number of tests, weighted: significant below the rate. */
  readonly adjusted: number;
}

/** Looks at every day in turn, each time at each scale's last window; windows with gaps longer than themselves are left out. */
export function looksOf(series: ColumnSeries, settings: LookSettings): Look[] {
  const latest = scales.map((): { to: number; windows: readonly Window[] } => ({ to: -1, windows: [] }));
  return series.days.map(({ number }, at) => {
    const windows = scales.flatMap((scale, index) => {
      let to = at;
      while (to >= 0 && (series.days[to] as SeriesDay).number > number - (number % scale.every)) to -= 1;
      if (latest[index]?.to !== to) latest[index] = { to, windows: windowsOf(series, to, scale, settings) };
      return latest[index]?.windows ?? [];
    });
    return lookAt(series, windows, at, settings);
  });
}

function windowsOf(
  series: ColumnSeries,
  to: number,
  scale: (typeof scales)[number],
  { falseAlarm, tests, reference }: LookSettings,
): Window[] {
  const from = to - scale.days + 1;
  const [first, last] = [series.days[from], series.days[to]];
  if (first === undefined || last === undefined || last.number - first.number >= 2 * scale.days) return [];
  const weight = falseAlarm.rate / shareOfTest(falseAlarm, tests, scale);
  return windowTests(series, from, to, reference).map((outcome) => {
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
  const { inflation } = outcome;
  if (outcome.test === 'missing') return missingEffect(series, span, { inflation, degrees: reference.missing.degrees });
  const { degrees } = series.kind === 'numeric' ? reference.location : reference.cells;
  const wholeWeeks = (to - from + 1) % 7 === 0;
  if (outcome.test === 'location' && reference.location.weekdays !== null && !wholeWeeks)
    return weekdayEffect(effectOf(series, span, column, { inflation, degrees }), outcome, degrees);
  return effectOf(series, span, column, { inflation, degrees });
}

function leastOf({ outcome }: Window, { minimumEffect }: LookSettings): number {
  return outcome.test === 'missing' ? minimumMissingChange : minimumEffect;
}
