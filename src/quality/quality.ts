import type { ColumnSchema } from '../dataset/dataset.ts';
import { durationMs } from '../plan/duration.ts';
import type { ModelFile } from '../plan/schema.ts';
import type { PartitionProfile, ReferenceProfile } from '../profile/profile.ts';

/** A day of the window; `profile` is null where the source has no file for it. */
export interface DayProfile {
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  readonly profile: PartitionProfile | null;
}

/** What is kept of an earlier day: made by `toHistoryDay`. */
export interface HistoryDay {
  readonly day: string;
  readonly rows: number;
  /** Equal for days whose rows are the same; null where too few rows say so little that equality means nothing. */
  readonly content: string | null;
  readonly schema: readonly ColumnSchema[];
}

/** `check.quality` of the model file, durations in milliseconds. */
export interface QualityRules {
  /** `"code"`, `"column.code"` or `"column.*"`. */
  readonly ignore: readonly string[];
  /** A day with fewer rows is judged by its count alone. */
  readonly rowsAtLeast: number;
  /** A day counts as complete this long after its end: only then is it missed, and only then are its rows counted. */
  readonly lateAfterMs: number;
}

export interface QualityInput {
  readonly data: ModelFile['data'];
  readonly reference: ReferenceProfile;
  /** All days of the window merged. */
  readonly current: PartitionProfile;
  /** The days of the window in order, those without file too. */
  readonly days: readonly DayProfile[];
  /** Days before the window, in any order; days without file are left out. */
  readonly history: readonly HistoryDay[];
  readonly rules: QualityRules;
  /** ISO instant. */
  readonly asOf: string;
}

export const defaultRules: QualityRules = { ignore: [], rowsAtLeast: 50, lateAfterMs: 6 * 3_600_000 };

/** What the model file says, or else the defaults. */
export function qualityRules({ check }: Pick<ModelFile, 'check'>): QualityRules {
  if (check?.quality === undefined) return defaultRules;
  const { ignore, rowsAtLeast, lateAfter } = check.quality;
  return { ignore, rowsAtLeast, lateAfterMs: durationMs(lateAfter) };
}

export const dayMs = 86_400_000;

/** Whether all rows of a day should have come. */
export function isComplete(day: string, input: Pick<QualityInput, 'rules' | 'asOf'>): boolean {
  return Date.parse(day) + dayMs + input.rules.lateAfterMs <= Date.parse(input.asOf);
}

/** Days of the window that have enough rows to be judged column by column. */
export function judgedDays(input: QualityInput): { readonly day: string; readonly profile: PartitionProfile }[] {
  return input.days.flatMap(({ day, profile }) =>
    profile !== null && profile.rows >= input.rules.rowsAtLeast ? [{ day, profile }] : [],
  );
}
