import type { Feature } from '../plan/schema.ts';
import type { ColumnProfile, ReferenceProfile } from '../profile/profile.ts';
import { cappedValues } from './capped-values.ts';
import { categoryFaults } from './category-rules.ts';
import type { ColumnAt, NumericAt } from './column-at.ts';
import { constantColumn } from './constant-column.ts';
import { own } from './evidence.ts';
import type { ColumnFault, Fault } from './fault.ts';
import { missingFaults } from './missing-rules.ts';
import { numberFaults } from './number-rules.ts';
import { judgedDays, type QualityInput } from './quality.ts';
import { rangeFaults } from './range-rules.ts';
import { sentinelFaults } from './sentinel-rules.ts';
import { changedUnit } from './unit-rules.ts';

/** Each feature on each day of the window against the reference and its days. */
export function columnFaults(input: QualityInput): Fault[] {
  const missingMost = mostMissing(input.reference);
  return judgedDays(input).flatMap(({ day, profile }) =>
    Object.entries(input.data.features).flatMap(([column, feature]) => {
      const [now, was] = [own(profile.columns, column), own(input.reference.whole.columns, column)];
      if (now === undefined || was === undefined) return [];
      const at = { feature, missingMost: missingMost.get(column) ?? 0, reference: input.reference, column };
      return faultsOf(now, was, at).map((fault): Fault => ({ ...fault, column, day }));
    }),
  );
}

type Place = Pick<ColumnAt, 'feature' | 'missingMost'> & {
  readonly reference: ReferenceProfile;
  readonly column: string;
};

function faultsOf(now: ColumnProfile, was: ColumnProfile, { reference, column, ...place }: Place): ColumnFault[] {
  const missing = missingFaults({ now, was, ...place });
  if (now.present === 0 && (now.kind === 'categorical' || now.unreadable === 0)) return missing;
  if (now.kind === 'categorical')
    return was.kind === 'categorical' ? [...missing, ...categoryFaults(now, was, place.feature as Feature)] : missing;
  if (was.kind !== 'numeric') return missing;
  const at = numericAt({ now, was, ...place }, reference, column);
  if (at.finite <= 0) return [...missing, ...numberFaults(at)];
  const rules = [numberFaults, sentinelFaults, rangeFaults, constantColumn, cappedValues, changedUnit];
  return [...missing, ...rules.flatMap((rule) => rule(at))];
}

function numericAt(
  at: Pick<NumericAt, 'now' | 'was' | 'feature' | 'missingMost'>,
  reference: ReferenceProfile,
  column: string,
): NumericAt {
  const { now, was } = at;
  return {
    ...at,
    finite: now.present - now.negativeInfinite - now.positiveInfinite,
    finiteBefore: was.present - was.negativeInfinite - was.positiveInfinite,
    daily: reference.daily?.[column] ?? null,
    edges: reference.edges[column] ?? [],
  };
}

/** Largest share missing on a day of the reference with enough rows to have one. */
function mostMissing({ days }: ReferenceProfile): ReadonlyMap<string, number> {
  const most = new Map<string, number>();
  for (const { rows, columns } of days) {
    if (rows < 30) continue;
    for (const [column, { missing }] of Object.entries(columns))
      most.set(column, Math.max(most.get(column) ?? 0, missing));
  }
  return most;
}
