import type { NumericProfile } from '../profile/profile.ts';
import { type Effect, effectOf, missingEffect } from './effect.ts';
import { minimumMissingChange, scales } from './false-alarm.ts';
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
  /** The p-value times the number of tests of a period, at most 1: significant below the rate. */
  readonly adjustedP: number;
  /** Over this window. For days before the last one only where the test is significant. */
  readonly effect: Effect | null;
  /** Significant, and large enough to matter. */
  readonly drifted: boolean;
}

export interface LookSettings {
  readonly rate: number;
  /** Of the rate, for one test. */
  readonly share: number;
  readonly minimumEffect: number;
  readonly column: { readonly profile: NumericProfile | null; readonly edges: readonly number[] };
  readonly reference: ColumnReference;
}

interface Window {
  readonly scale: number;
  readonly from: number;
  readonly to: number;
  readonly outcome: TestOutcome;
}

/** Looks at the windows that end with day `at`; those with gaps longer than themselves are left out. */
export function lookAt(series: ColumnSeries, at: number, settings: LookSettings): Look {
  const number = (series.days[at] as SeriesDay).number;
  const windows = scales.flatMap((scale) => {
    const first = series.days[at - scale + 1];
    if (first === undefined || number - first.number >= 2 * scale) return [];
    const from = at - scale + 1;
    return windowTests(series, from, at, settings.reference).map((outcome) => ({ scale, from, to: at, outcome }));
  });
  return {
    values: sight(
      series,
      windows.filter(({ outcome }) => outcome.test !== 'missing'),
      settings,
    ),
    missing: sight(
      series,
      windows.filter(({ outcome }) => outcome.test === 'missing'),
      settings,
    ),
  };
}

function sight(series: ColumnSeries, windows: readonly Window[], settings: LookSettings): Sight | null {
  const { share, rate } = settings;
  const [best] = windows;
  if (best === undefined) return null;
  const told = (window: Window, effect: Effect | null, drifted: boolean): Sight => ({
    test: window.outcome.test,
    scale: window.scale,
    from: (series.days[window.from] as SeriesDay).day,
    pValue: window.outcome.pValue,
    adjustedP: Math.min(1, (window.outcome.pValue * rate) / share),
    effect,
    drifted,
  });
  const strongest = windows.reduce((one, other) => (other.outcome.pValue < one.outcome.pValue ? other : one), best);
  const isLast = strongest.to === series.days.length - 1;
  if (strongest.outcome.pValue >= share)
    return told(strongest, isLast ? sizeOf(series, strongest, settings) : null, false);
  const significant = windows
    .filter(({ outcome }) => outcome.pValue < share)
    .sort((a, b) => a.outcome.pValue - b.outcome.pValue);
  for (const window of significant) {
    const effect = sizeOf(series, window, settings);
    if (effect.size >= leastOf(window, settings)) return told(window, effect, true);
  }
  return told(strongest, sizeOf(series, strongest, settings), false);
}

function sizeOf(series: ColumnSeries, { from, to, outcome }: Window, { column, reference }: LookSettings): Effect {
  const span = [from, to] as const;
  const { inflation } = outcome;
  if (outcome.test === 'missing') return missingEffect(series, span, { inflation, degrees: reference.missing.degrees });
  const { degrees } = series.kind === 'numeric' ? reference.location : reference.cells;
  return effectOf(series, span, column, { inflation, degrees });
}

function leastOf({ outcome }: Window, { minimumEffect }: LookSettings): number {
  return outcome.test === 'missing' ? minimumMissingChange : minimumEffect;
}
