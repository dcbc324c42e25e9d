import type { ColumnTable } from '../dataset/dataset.ts';
import type { Feature } from '../plan/schema.ts';
import { measureCategorical } from './categorical-column.ts';
import { holm } from './holm.ts';
import { type Cells, type MeasuredColumn, percent, short } from './measured-column.ts';
import { measureNumeric } from './numeric-column.ts';
import type { ColumnDrift } from './report.ts';

export interface WindowComparison {
  readonly reference: ColumnTable;
  readonly current: ColumnTable;
  readonly features: Readonly<Record<string, Feature>>;
  /** Probability of any false alarm of this look, over all columns and both tests of each (Holm). Assumes rows independent of each other. */
  readonly alpha: number;
  /** Smallest W1/sd or total variation that counts; below it a difference may be certain and still does not matter. */
  readonly minimumEffect?: number;
}

/** A shift of a twentieth of a standard deviation, or of 5 % of the rows. */
export const defaultMinimumEffect = 0.05;
/** The smallest change of a missing share that counts. */
export const minimumMissingChange = 0.01;

/**
 * Compares every feature of two windows, in the order of the features. A column drifted when its test is significant after Holm's correction
 * and its effect is at least `minimumEffect`; or when its missing share changed, likewise; or when more is missing than the file allows.
 * Never fails on data: empty windows, absent, constant or retyped columns have defined answers.
 */
export function compareWindows(input: WindowComparison): { readonly columns: ColumnDrift[] } {
  const names = Object.keys(input.features);
  const measured = names.map((name) => measure(input, name));
  const adjusted = holm([...measured.map(({ pValue }) => pValue), ...measured.map(({ missing }) => missing.pValue)]);
  const columns = measured.map((column, at) =>
    decide(input, names[at] as string, column, adjusted[at] ?? null, adjusted[names.length + at] ?? null),
  );
  return { columns };
}

function measure({ reference, current, features }: WindowComparison, name: string): MeasuredColumn {
  const feature = features[name] as Feature;
  const [old, now] = [cellsOf(reference, name), cellsOf(current, name)];
  return feature.type === 'numeric' ? measureNumeric(old, now, feature) : measureCategorical(old, now);
}

/** A column that the window does not have is missing in every row. */
function cellsOf({ columns, rows }: ColumnTable, name: string): Cells {
  return columns[name] ?? new Array<null>(rows).fill(null);
}

function decide(
  { alpha, minimumEffect = defaultMinimumEffect, current, features }: WindowComparison,
  column: string,
  { moved, notes, ...measured }: MeasuredColumn,
  adjustedP: number | null,
  missingAdjustedP: number | null,
): ColumnDrift {
  const missing = { ...measured.missing, adjustedP: missingAdjustedP };
  const shifted = isBelow(adjustedP, alpha) && (measured.effect ?? 1) >= minimumEffect;
  const change = Math.abs(missing.current - missing.reference);
  const missingChanged = isBelow(missingAdjustedP, alpha) && change >= minimumMissingChange;
  const limit = (features[column] as Feature).missing?.atMost;
  const overLimit = limit !== undefined && missing.current > limit;
  const findings = [
    ...(shifted ? [`moved: ${moved} (${effectWords(measured)}, ${pWords(adjustedP)})`] : []),
    ...(missingChanged ? [`missing ${percent(missing.reference)} → ${percent(missing.current)}`] : []),
    ...(overLimit ? [`missing ${percent(missing.current)}, allowed ${percent(limit)}`] : []),
    ...(current.rows > 0 && current.columns[column] === undefined ? ['not in the current window'] : []),
    ...notes,
  ];
  return { column, ...measured, adjustedP, missing, drifted: shifted || missingChanged || overLimit, findings };
}

function isBelow(p: number | null, alpha: number): boolean {
  return p !== null && p < alpha;
}

function effectWords({
  effect,
  effectName,
  statistic,
}: Pick<MeasuredColumn, 'effect' | 'effectName' | 'statistic'>): string {
  if (effect === null) return `KS ${short(statistic ?? 0)}`;
  return `${effectName === 'w1/sd' ? 'W1/sd' : 'total variation'} ${short(effect)}`;
}

function pWords(p: number | null): string {
  return p === null || p < 1e-10 ? 'p < 1e-10' : `p = ${Number(p.toPrecision(2))}`;
}
