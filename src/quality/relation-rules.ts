import { percent } from '../drift/measured-column.ts';
import type { DailyFacts } from '../profile/facts.ts';
import type { CategoricalProfile, NumericProfile, PartitionProfile, ReferenceProfile } from '../profile/profile.ts';
import { own } from './evidence.ts';
import type { Fault } from './fault.ts';
import { judgedDays, type QualityInput } from './quality.ts';

/** Columns that hold each other's values, or no longer fit the rows beside them. */
export function pairFaults(input: QualityInput): Fault[] {
  return judgedDays(input).flatMap(({ day, profile }) =>
    [...swapped(profile, input.reference), ...misaligned(profile, input.reference)].map((fault) => ({ ...fault, day })),
  );
}

type PairFault = Omit<Fault, 'day'>;

/** Where more columns than these are unlike themselves, something else has happened. */
const strangersAtMost = 32;

function swapped(now: PartitionProfile, reference: ReferenceProfile): PairFault[] {
  const strangers = Object.keys(now.columns).filter((column) => isStranger(column, now, reference));
  if (strangers.length > strangersAtMost) return [];
  return strangers.flatMap((one, index) =>
    strangers
      .slice(index + 1)
      .filter((other) => canBeTold(one, other, reference))
      .filter((other) => looksLike(one, other, now, reference) && looksLike(other, one, now, reference))
      .flatMap((other) => [
        {
          code: 'swapped-columns',
          column: one,
          severity: 'critical',
          size: 1,
          says: `holds the values of ${JSON.stringify(other)}, and the other way round`,
        } as const,
        {
          code: 'swapped-columns',
          column: other,
          severity: 'critical',
          size: 1,
          says: `holds the values of ${JSON.stringify(one)}, and the other way round`,
        } as const,
      ]),
  );
}

/** Numbers whose days' means overlap could be either: a windy, dry day is no swap. */
function canBeTold(one: string, other: string, { daily = {} }: ReferenceProfile): boolean {
  const [a, b] = [daily[one]?.mean, daily[other]?.mean];
  return a === undefined || b === undefined || a[1] < b[0] || b[1] < a[0];
}

/** Whether a column is unlike itself: only then can it be another. */
function isStranger(column: string, now: PartitionProfile, reference: ReferenceProfile): boolean {
  return (
    now.columns[column] !== undefined &&
    reference.whole.columns[column] !== undefined &&
    !looksLike(column, column, now, reference)
  );
}

/** Whether a day's `column` could be the reference's `other`. */
function looksLike(column: string, other: string, now: PartitionProfile, reference: ReferenceProfile): boolean {
  const [here, there] = [now.columns[column], reference.whole.columns[other]];
  if (here?.kind === 'numeric' && there?.kind === 'numeric') {
    const daily = reference.daily?.[other];
    return daily === undefined || isWithin(here, there, daily);
  }
  if (here?.kind === 'categorical' && there?.kind === 'categorical') return isKnown(here, there);
  return false;
}

function isWithin(here: NumericProfile, there: NumericProfile, { mean, sd, multiples }: DailyFacts): boolean {
  const finite = here.present - here.negativeInfinite - here.positiveInfinite;
  if (
    here.mean === null ||
    here.min === null ||
    here.max === null ||
    there.min === null ||
    there.max === null ||
    finite < 30
  )
    return true;
  // Rounder than it ever was: measured by something else.
  if (here.facts?.multiples.some((rows, step) => rows / finite > (multiples[step] ?? 1) + 0.25)) return false;
  const slack = 0.25 * (mean[1] - mean[0]) + 0.01 * Math.abs(mean[1]);
  const spread = Math.sqrt(here.m2 / finite);
  const span = there.max - there.min;
  return (
    here.mean >= mean[0] - slack &&
    here.mean <= mean[1] + slack &&
    spread >= sd[0] / 2 &&
    spread <= sd[1] * 2 &&
    here.min >= there.min - 0.5 * span &&
    here.max <= there.max + 0.5 * span
  );
}

function isKnown(here: CategoricalProfile, there: CategoricalProfile): boolean {
  if (here.present < 30 || there.other > 0) return true;
  const rows = Object.entries(here.counts).reduce(
    (total, [name, count]) => total + (own(there.counts, name) ? count : 0),
    0,
  );
  return rows >= 0.9 * here.present;
}

function misaligned(now: PartitionProfile, reference: ReferenceProfile): PairFault[] {
  const { pairs = [] } = now;
  const { pairFloors = {} } = reference;
  return pairs.flatMap(({ column, by, strength }): PairFault[] => {
    const floor = pairFloors[`${column} ${by}`];
    if (floor === undefined || strength === null || floor < 0.5 || strength > 0.6 * floor) return [];
    // A partner that is not itself explains nothing: that is its own fault.
    if (isStranger(column, now, reference) || isStranger(by, now, reference)) return [];
    const says = `${JSON.stringify(by)} explains ${percent(strength)} of it, on every day of the reference at least ${percent(floor)}: rows out of order?`;
    return [{ code: 'misaligned-column', column, severity: 'critical', size: 1 - strength / floor, says }];
  });
}
