/** At most `rate` false alarms (probability of any) over all columns and all days of a period of so many days. */
export interface FalseAlarm {
  readonly rate: number;
  readonly periodDays: number;
}

export const defaultFalseAlarm: FalseAlarm = { rate: 0.05, periodDays: 100 };

/** Days of the windows that end with the day that is looked at; whole weeks among them, so that weekdays even out. */
export const scales = [1, 2, 4, 7, 14, 28] as const;

/** Smallest W1/sd, or total variation distance, that counts. */
export const minimumEffect = 0.05;
/** Smallest change of a missing share that counts. */
export const minimumMissingChange = 0.01;

/** What one test of one window gets of the rate: all tests of a period together have the whole (union bound). */
export function shareOfTest({ rate, periodDays }: FalseAlarm, kinds: readonly ('numeric' | 'categorical')[]): number {
  // Place and form of numbers, names of categories, and for all what is missing.
  const tests = kinds.reduce((sum, kind) => sum + (kind === 'numeric' ? 3 : 2), 0);
  return rate / (periodDays * scales.length * Math.max(1, tests));
}
