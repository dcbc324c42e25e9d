import type { PartitionProfile, ReferenceProfile } from '../profile/profile.ts';
import { normalScores, orderedCounts } from '../profile/ranks.ts';
import { cellVariation } from './cell-variation.ts';
import { type DayVariation, variationOf } from './day-variation.ts';
import { type Dispersion, dispersions } from './dispersion.ts';
import { type RowScore, scoreOf } from './mean-test.ts';
import { nameDispersions } from './name-variation.ts';
import type { ColumnReference } from './window-tests.ts';

/** What each column's reference days say of days that do not drift; columns learn from one another. */
export function columnReferences(
  { whole, days }: Pick<ReferenceProfile, 'whole' | 'days'>,
  names: readonly string[],
): ReadonlyMap<string, ColumnReference> {
  const scores = names.map((name) => rankScore(whole, name));
  const numbers = days.map(({ day }) => Date.parse(day) / 86_400_000);
  const location = names.map((name, at): DayVariation | null => {
    const means = days.flatMap(({ rows, columns }, index) => {
      const entry = columns[name];
      const mean = entry?.meanScore ?? null;
      return entry === undefined || mean === null
        ? []
        : [{ day: numbers[index] as number, rows: Math.round(rows * (1 - entry.missing)), mean }];
    });
    return variationOf(means, (scores[at] as RowScore).variance);
  });
  const missing = names.map((name) => {
    const share = days.reduce((sum, { rows, columns }) => sum + rows * (columns[name]?.missing ?? 0), 0) / whole.rows;
    const means = days.flatMap(({ rows, columns }, index) => {
      const entry = columns[name];
      return entry === undefined ? [] : [{ day: numbers[index] as number, rows, mean: entry.missing }];
    });
    return variationOf(means, share * (1 - share));
  });
  const cells = names.map((name) =>
    cellVariation(
      days.flatMap(({ columns }, index) => {
        const entry = columns[name];
        return entry?.cells === undefined ? [] : [{ day: numbers[index] as number, cells: entry.cells }];
      }),
    ),
  );
  const weights = days.map(({ rows }, index) => ({ day: numbers[index] as number, rows }));
  const of = (variations: readonly (DayVariation | null)[]): Dispersion[] => dispersions(variations, weights);
  const [byLocation, byCells, byMissing] = [of(location), of(cells), of(missing)];
  return new Map(
    names.map((name, at) => [
      name,
      {
        location: byLocation[at] as Dispersion,
        cells: byCells[at] as Dispersion,
        missing: byMissing[at] as Dispersion,
        names: namesOf(whole, days, name),
        scores: scores[at] as RowScore,
      },
    ]),
  );
}

function namesOf(
  { columns }: PartitionProfile,
  days: ReferenceProfile['days'],
  name: string,
): ColumnReference['names'] {
  const column = columns[name];
  return column?.kind === 'categorical' ? nameDispersions(name, column, days) : new Map();
}

function rankScore({ columns }: PartitionProfile, name: string): RowScore {
  const column = columns[name];
  if (column?.kind !== 'numeric' || column.present === 0) return { variance: 0, skewness: 0 };
  const counts = orderedCounts(column);
  return scoreOf(normalScores(counts), counts);
}
