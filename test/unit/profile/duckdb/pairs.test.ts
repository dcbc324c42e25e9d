import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Database, withDatabase } from '../../../../src/dataset/duckdb/database.ts';
import { choosePairs } from '../../../../src/profile/duckdb/choose-pairs.ts';
import { measurePairs } from '../../../../src/profile/duckdb/pairs.ts';

const kinds = { a: 'number', b: 'number', noise: 'number', k: 'text' } as const;
const columns = new Map(Object.entries(kinds).map(([name, kind]) => [name, { sql: name, kind }]));
const source = { rows: { sql: 'made', columns }, where: 'true', categories: new Set(['k']) };

/** Ten days of 200 rows: b is a with noise, and each k has its a. */
async function made<T>(task: (database: Database) => Promise<T>, a = 'i % 20'): Promise<T> {
  const tempFolder = await mkdtemp(join(tmpdir(), 'perennial-pairs-'));
  onTestFinished(() => rm(tempFolder, { recursive: true, force: true }));
  return withDatabase({ tempFolder, threads: 1 }, async (database) => {
    await database.run(`
      CREATE TABLE made AS SELECT TIMESTAMP '2024-01-01' + to_minutes(7 * i::INT) AS row_time, ${a}::DOUBLE AS a, (i % 20 + (hash(i) % 5))::DOUBLE AS b,
             (hash(-i) % 1000)::DOUBLE AS noise, 'k' || (i % 20) AS k FROM range(2000) r(i)`);
    return task(database);
  });
}

test('a column is paired with the one that explains it best, on every day', async () => {
  const { pairs, floors } = await made((database) =>
    choosePairs(database, ['a', 'b', 'noise', 'k'], { ...source, total: 2_000 }),
  );
  expect(pairs.map(({ column, by }) => `${column} ${by}`)).toEqual(['a k', 'b a']);
  expect(pairs[0]?.strength).toBeCloseTo(1, 9);
  expect(floors['b a']).toBeGreaterThan(0.9);
  expect(floors['b a']).toBeLessThanOrEqual(pairs[1]?.strength ?? 0);
});

test('the strength is the squared correlation, or the adjusted share of variance between categories', async () => {
  const [ba, noiseK] = await made((database) =>
    measurePairs(
      database,
      [
        { column: 'b', by: 'a' },
        { column: 'noise', by: 'k' },
      ],
      source,
    ),
  );
  expect(ba?.strength).toBeCloseTo(33.25 / 35.25, 1);
  expect(noiseK?.strength).toBeLessThan(0.02);
});

test('values of any size are borne, and a constant has no strength', async () => {
  const huge = `CASE WHEN i = 3 THEN 1e308 WHEN i = 4 THEN 'Infinity'::DOUBLE ELSE i % 20 END`;
  const { pairs } = await made((database) => choosePairs(database, ['a', 'b', 'k'], { ...source, total: 2_000 }), huge);
  expect(pairs).toHaveLength(2);
  const [pair] = await made((database) => measurePairs(database, [{ column: 'a', by: 'b' }], source), '5');
  expect(pair?.strength).toBeNull();
});
