/** At most `rate` false alarms (probability of any) over all columns and all days of a period of so many days. */
export interface FalseAlarm {
  readonly rate: number;
  readonly periodDays: number;
}

export const defaultFalseAlarm: FalseAlarm = { rate: 0.05, periodDays: 100 };

/**
 * Windows that are looked at: their days (whole weeks among them, so that weekdays even out), and every how many days. Long windows that
 * overlap nearly whole say nearly the same; looking at them less often leaves each look more of the rate. The days are those of the calendar,
 * whenever a check runs.
 */
export const scales = [
  { days: 1, every: 1 },
  { days: 2, every: 1 },
  { days: 4, every: 1 },
  { days: 7, every: 2 },
  { days: 14, every: 4 },
  { days: 28, every: 7 },
] as const;

/** Smallest W1/sd, or total variation distance, that counts. */
export const minimumEffect = 0.05;
/** Smallest change of a missing share that counts. */
export const minimumMissingChange = 0.01;

/**
 * What one test of a window gets of the rate (union bound): each scale the same part of the whole, divided by its looks in a period and by
 * the tests of a look.
 */
export function shareOfTest(
  { rate, periodDays }: FalseAlarm,
  tests: number,
  scale: { readonly every: number },
): number {
  return rate / (scales.length * Math.ceil(periodDays / scale.every) * Math.max(1, tests));
}

/** Place and form of numbers, names of categories, and for all what is missing. */
export function testsOf(kinds: readonly ('numeric' | 'categorical')[]): number {
  return kinds.reduce((sum, kind) => sum + (kind === 'numeric' ? 3 : 2), 0);
}
