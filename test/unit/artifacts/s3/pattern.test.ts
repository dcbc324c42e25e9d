import { expect, it } from 'vitest';
import { fixedStart, keyPattern } from '../../../../src/artifacts/s3/pattern.ts';

it.each([
  ['flights/2024-01-01.csv', ['flights/2024-01-01.csv'], ['flights/2024-01-01xcsv', 'x/flights/2024-01-01.csv']],
  ['flights/*.csv', ['flights/a.csv', 'flights/.csv'], ['flights/a/b.csv', 'flights/a.csv.gz']],
  ['flights/**/*.csv', ['flights/a.csv', 'flights/a/b/c.csv'], ['other/a.csv']],
  ['day=?/[ab]-[!0-9].x', ['day=1/a-z.x'], ['day=10/a-z.x', 'day=1/c-z.x', 'day=1/a-5.x']],
  ['a+(b)$^|.{x}/[', ['a+(b)$^|.{x}/['], ['aab']],
] as const)('%s matches as in a shell', (pattern, matching, others) => {
  const expression = keyPattern(pattern);
  expect(matching.filter((key) => !expression.test(key))).toEqual([]);
  expect(others.filter((key) => expression.test(key))).toEqual([]);
});

it('narrows a listing down to what stands before the first wildcard', () => {
  expect(fixedStart('flights/2024/*.csv')).toBe('flights/2024/');
  expect(fixedStart('flights/2024.csv')).toBe('flights/2024.csv');
});
