import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CategoricalProfile, NumericProfile, PartitionProfile } from '../../../src/profile/profile.ts';
import { qualityCodes } from '../../../src/quality/codes.ts';
import { findQuality } from '../../../src/quality/find-quality.ts';
import { input, reference } from './profiles.ts';

const count = fc.nat({ max: 2_000 });
const five = fc.tuple(count, count, count, count, count);
const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -999, 1e308, -1e308, 5e-324),
);

const numeric: fc.Arbitrary<NumericProfile> = fc.record({
  kind: fc.constant('numeric' as const),
  present: count,
  missing: count,
  unreadable: count,
  negativeInfinite: fc.nat({ max: 3 }),
  positiveInfinite: fc.nat({ max: 3 }),
  min: fc.option(value),
  max: fc.option(value),
  mean: fc.option(value),
  m2: fc.double({ min: 0, noNaN: true }),
  zeros: count,
  negatives: count,
  integers: count,
  bins: fc.array(count, { minLength: 12, maxLength: 12 }),
  facts: fc.record({
    atMin: count,
    atMax: count,
    outOfRange: count,
    multiples: five,
    mode: fc.record({ value, rows: count }),
    unreadable: fc.array(fc.string(), { maxLength: 3 }),
  }),
});

const categorical: fc.Arbitrary<CategoricalProfile> = fc.record({
  kind: fc.constant('categorical' as const),
  present: count,
  missing: count,
  counts: fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('red', 'Red ', 'N/A', '__proto__', 're')), count, {
    maxKeys: 6,
  }),
  other: count,
  distinct: count,
  untidy: count,
});

const partition: fc.Arbitrary<PartitionProfile> = fc.record({
  rows: count,
  duplicateIds: count,
  misplaced: count,
  missingIds: count,
  schema: fc.array(
    fc.record({
      name: fc.constantFrom('id', 'price', 'colour', 'prize'),
      type: fc.constantFrom('DOUBLE', 'VARCHAR', 'BLOB'),
    }),
  ),
  columns: fc.record(
    { price: fc.oneof(numeric, categorical), colour: fc.oneof(categorical, numeric) },
    { requiredKeys: [] },
  ),
  time: fc.record({
    unreadable: count,
    before: count,
    after: count,
    earliest: fc.constant(null),
    latest: fc.constantFrom(null, '2999-01-01T00:00:00.000Z'),
    hours: fc.array(count, { minLength: 24, maxLength: 24 }),
  }),
  label: fc.record({
    present: count,
    missing: count,
    classes: fc.dictionary(fc.constantFrom('0', '1', '2'), count),
    mean: fc.option(value),
    min: fc.option(value),
    max: fc.option(value),
  }),
  pairs: fc.array(
    fc.record({
      column: fc.constant('price'),
      by: fc.constant('colour'),
      strength: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    }),
  ),
});

const daily = {
  days: 60,
  mean: [45, 55],
  sd: [20, 30],
  atMin: 0.1,
  atMax: 0.1,
  heaviest: 0.2,
  multiples: [0, 0.1, 1, 1, 1],
} as const;

test('whatever a day holds, each finding has a known code, a size, and words without NaN', () => {
  fc.assert(
    fc.property(fc.array(fc.option(partition), { minLength: 7, maxLength: 7 }), partition, (days, whole) => {
      const were = { ...reference, daily: { price: daily }, pairFloors: { 'price colour': 0.9 } };
      for (const of of [were, { ...were, whole: { ...whole, pairs: [] } }]) {
        for (const { code, size, says } of findQuality({ ...input({ ...days }), reference: of, current: whole })) {
          expect(Object.keys(qualityCodes)).toContain(code);
          expect({ code, finite: size >= 0 && Number.isFinite(size) }).toEqual({ code, finite: true });
          expect(says).not.toMatch(/NaN|undefined|\[object/);
        }
      }
    }),
    { numRuns: 60, seed: 5 },
  );
});

test('a thousand broken columns are judged in seconds, on a busy machine too', () => {
  const names = Array.from({ length: 1_000 }, (_, index) => `price${index}`);
  const of = <T>(one: T): Record<string, T> => Object.fromEntries(names.map((name) => [name, one]));
  const { days, ...rest } = input();
  const price = days[0]?.profile?.columns.price;
  const broken = { ...(price as NumericProfile), missing: 500, negatives: 500, integers: 100, min: -5_000 };
  const schema = names.map((name) => ({ name, type: 'DOUBLE' }));
  const wide = days.map(({ day, profile }) => ({
    day,
    profile: profile && { ...profile, schema, columns: of(broken) },
  }));
  const data = { ...rest.data, features: of({ type: 'numeric' as const }) };
  const whole = { ...reference.whole, columns: of(reference.whole.columns.price as NumericProfile) };
  const was = { ...reference, whole, daily: of(daily), edges: of(reference.edges.price ?? []) };
  const startedAt = performance.now();
  const found = findQuality({ ...rest, days: wide, data, reference: was });
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  expect(found.length).toBeGreaterThan(1_000);
});
