import { coarseCells } from '../profile/cells.ts';
import type { ColumnProfile, ReferenceDay, ReferenceProfile } from '../profile/profile.ts';
import { normalScores, orderedCounts } from '../profile/ranks.ts';
import { type CellUnits, cellUnits, cellVariation, type DayCells } from './cell-variation.ts';
import { type DayMean, type DayVariation, variationOf } from './day-variation.ts';
import { type LearntDays, learntDays } from './dispersion.ts';
import { type RowScore, scoreOf } from './mean-test.ts';
import { type LearntName, learntNames } from './name-variation.ts';

/** What is known of a column's reference before any day is looked at. */
export interface ColumnReference {
  readonly location: LearntDays;
  readonly cells: LearntDays;
  readonly missing: LearntDays;
  /** Of the shares of frequent names, and under the empty name of all others; for numbers empty. */
  readonly names: ReadonlyMap<string, LearntName>;
  /** How a day's rows are told apart by coarse cells; null where the reference's days do not tell. */
  readonly units: CellUnits | null;
  readonly cellsOf: (day: ColumnProfile) => readonly number[];
  /** Of the normal scores of the reference. */
  readonly scores: RowScore;
  /** Of the reference's rows. */
  readonly missingShare: number;
}

/** What each column's reference days say of days that do not drift; columns learn from one another. */
export function columnReferences(
  { whole, days }: Pick<ReferenceProfile, 'whole' | 'days'>,
  names: readonly string[],
): ReadonlyMap<string, ColumnReference> {
  const dayNumbers = days.map(({ day }) => Date.parse(day) / 86_400_000);
  const known = names.flatMap((name) => {
    const profile = whole.columns[name];
    return profile === undefined ? [] : [columnDays(name, profile, whole.rows, days, dayNumbers)];
  });
  const weights = days.map(({ rows }, index) => ({ day: dayNumbers[index] as number, rows }));
  const learnt = (of: (column: ColumnDays) => DayVariation | null): LearntDays[] => learntDays(known.map(of), weights);
  const [location, cells, missing] = [
    learnt((column) => column.location),
    learnt((column) => column.cells),
    learnt((column) => column.missing),
  ];
  return new Map(
    known.map(({ name, reference }, at) => [
      name,
      {
        ...reference,
        location: location[at] as LearntDays,
        cells: cells[at] as LearntDays,
        missing: missing[at] as LearntDays,
      },
    ]),
  );
}

interface ColumnDays {
  readonly name: string;
  readonly reference: Omit<ColumnReference, 'location' | 'cells' | 'missing'>;
  readonly location: DayVariation | null;
  readonly cells: DayVariation | null;
  readonly missing: DayVariation | null;
}

function columnDays(
  name: string,
  profile: ColumnProfile,
  rows: number,
  days: readonly ReferenceDay[],
  dayNumbers: readonly number[],
): ColumnDays {
  const entries = days.flatMap(({ rows, columns }, index) => {
    const entry = columns[name];
    return entry === undefined ? [] : [{ day: dayNumbers[index] as number, rows, entry }];
  });
  const scores = rankScore(profile);
  const missingShare = entries.reduce((sum, { rows, entry }) => sum + rows * entry.missing, 0) / rows;
  const means = entries.flatMap(({ day, rows, entry: { meanScore, missing } }): DayMean[] =>
    meanScore === null || meanScore === undefined
      ? []
      : [{ day, rows: Math.round(rows * (1 - missing)), mean: meanScore }],
  );
  const shares = entries.map(({ day, rows, entry }) => ({ day, rows, mean: entry.missing }));
  const celled = entries.flatMap(({ day, entry: { cells } }): DayCells[] =>
    cells === undefined ? [] : [{ day, cells }],
  );
  const units = cellUnits(celled);
  return {
    name,
    reference: {
      names: profile.kind === 'categorical' ? learntNames(profile, celled) : new Map(),
      units,
      cellsOf: coarseCells(profile),
      scores,
      missingShare,
    },
    location: variationOf(means, scores.variance),
    cells: cellVariation(celled, units),
    missing: variationOf(shares, missingShare * (1 - missingShare)),
  };
}

function rankScore(column: ColumnProfile): RowScore {
  if (column.kind !== 'numeric' || column.present === 0) return { variance: 0, skewness: 0 };
  const counts = orderedCounts(column);
  return scoreOf(normalScores(counts), counts);
}
