import { describe, expect, test } from 'vitest';
import { canonicalContent, countRows, type DayDigest, snapshotKeys } from '../../../src/dataset/manifest.ts';

const schema = [{ name: 'id', type: 'VARCHAR' }];
const days: DayDigest[] = [
  { part: 'train', day: '2024-03-01', rows: 2, sha256: 'aa' },
  { part: 'train', day: '2024-03-02', rows: 3, sha256: 'bb' },
  { part: 'holdout', day: '2024-03-03', rows: 4, sha256: 'cc' },
];

describe('the canonical content of a snapshot', () => {
  test('does not depend on the order in which days were digested', () => {
    expect(canonicalContent(schema, days.toReversed())).toBe(canonicalContent(schema, days));
  });

  test.each([
    ['a row', schema, days.with(0, { part: 'train', day: '2024-03-01', rows: 2, sha256: 'ab' })],
    ['a part', schema, days.with(1, { part: 'validation', day: '2024-03-02', rows: 3, sha256: 'bb' })],
    ['a type', [{ name: 'id', type: 'BIGINT' }], days],
  ])('differs when %s differs', (_, otherSchema, otherDays) => {
    expect(canonicalContent(otherSchema, otherDays)).not.toBe(canonicalContent(schema, days));
  });
});

test('rows are counted per part', () => {
  expect(countRows(days)).toEqual({ train: 5, validation: 0, holdout: 4 });
});

test('a snapshot lies below its model and its id', () => {
  expect(snapshotKeys('trips', 'f00').train).toBe('models/trips/snapshots/f00/train.parquet');
});
