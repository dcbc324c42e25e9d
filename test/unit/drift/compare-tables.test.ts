import { mkdtemp, open, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withDatabase } from '../../../src/dataset/duckdb/database.ts';
import { comparedStanding } from '../../../src/drift/comparison.ts';
import { type CompareRequest, compareTables } from '../../../src/drift/duckdb/compare-tables.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perennial-compare-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A normal number, a category of three, a truth, an instant and an id, by a hash of the row: the same each time. */
const usual = `sqrt(-2 * ln(u + 1e-12)) * cos(6.283185307 * v) AS x, 'c' || floor(w * 3)::INT AS c, v < 0.3 AS b,
  TIMESTAMP '2026-01-01' + to_seconds((u * 1e6)::BIGINT) AS t, repeat('word ', 1 + (v * 9)::INT) || r % 10 || w AS id`;

function rowsSql(columns: string, rows: number, seed: number): string {
  const draw = (salt: number) => `((hash(r * 8 + ${salt} + ${seed} * 1000003) >> 11) / 9007199254740992.0)`;
  return `SELECT ${columns} FROM (SELECT r, ${draw(1)} AS u, ${draw(2)} AS v, ${draw(3)} AS w FROM range(${rows}) t(r))`;
}

async function write(name: string, sql: string, options = 'FORMAT parquet'): Promise<string> {
  await withDatabase({ tempFolder: join(folder, 'temp') }, ({ run }) =>
    run(`COPY (${sql}) TO '${join(folder, name)}' (${options})`),
  );
  return name;
}

const table = (name: string, columns = usual, rows = 2_000, seed = 1) => write(name, rowsSql(columns, rows, seed));

function compare(reference: string, current: string, more: Partial<CompareRequest> = {}) {
  const request = { reference, current, base: folder, alpha: 0.05, minimumEffect: 0.05, ...more };
  return compareTables(request, { tempFolder: join(folder, 'temp') });
}

const codes = (comparison: Awaited<ReturnType<typeof compare>>) =>
  comparison.findings.map(({ code, column }) => `${code} ${column}`);

describe('comparing two tables', () => {
  it('finds nothing where nothing changed, and compares each column by its kind', async () => {
    const found = await compare(await table('a.parquet'), await table('b.parquet', usual, 3_000, 2));
    expect(found.drifted).toBe(false);
    expect(found.findings).toEqual([]);
    expect(Object.fromEntries(found.columns.map(({ column, kind }) => [column, kind]))).toEqual({
      ...{ x: 'numeric', c: 'categorical', b: 'boolean', t: 'datetime', id: 'text' },
    });
    expect(found.summary).toBe('no drift in 5 columns');
  });

  it('names what moved, worst first, with an interval of how much', async () => {
    const moved = usual.replace('AS x', '+ 0.5 AS x').replace('v < 0.3', 'v < 0.5').replace('w * 3', 'w * w * 3');
    const found = await compare(await table('a.parquet'), await table('b.parquet', moved, 2_000, 2));
    expect(codes(found)[0]).toBe('shifted x');
    expect(
      found.columns
        .filter(({ drifted }) => drifted)
        .map(({ column }) => column)
        .sort(),
    ).toEqual(['b', 'c', 'x']);
    const x = found.columns.find(({ column }) => column === 'x');
    expect(x?.effect.value).toBeGreaterThan(0.4);
    expect(x?.effect.interval?.low).toBeLessThan(0.5);
    expect(x?.effect.interval?.high).toBeGreaterThan(0.5);
  });

  it('gives the same answer from a stored reference, from CSV and from JSON lines', async () => {
    const [a, b] = [await table('a.parquet'), await table('b.parquet', usual.replace('AS x', '* 1.3 AS x'), 2_000, 2)];
    const direct = await compare(a, b, { store: 'stored' });
    const stored = await compare('stored', b);
    expect(stored.columns).toEqual(direct.columns);
    const [csv, json] = [
      await write('b.csv', `FROM '${join(folder, b)}'`, 'FORMAT csv, HEADER'),
      await write('b.jsonl', `FROM '${join(folder, b)}'`, 'FORMAT json'),
    ];
    for (const other of [csv, json]) {
      const found = await compare(a, other, { columns: ['x', 'c', 'b', 't'] });
      const effects = (columns: typeof found.columns) =>
        columns.filter(({ column }) => column !== 'id').map(({ column, effect }) => [column, effect]);
      expect(effects(found.columns)).toEqual(effects(direct.columns));
    }
    expect(await readdir(join(folder, 'stored'))).toContain('reference.json');
  });

  it('gives the same answer from a stored reference of many rows: half of them equal, few different, and heavy tails', async () => {
    const columns = `CASE WHEN w < 0.5 THEN 0 ELSE u * 9 END AS half, floor(u * 20) AS few, tan(3.1 * (u - 0.5)) AS tails, exp(8 * v) AS rising`;
    const [a, b] = [await table('many-a.parquet', columns, 60_000), await table('many-b.parquet', columns, 50_000, 2)];
    const direct = await compare(a, b, { store: 'stored-many' });
    const stored = await compare('stored-many', b);
    for (const { column, tests, distances, reference } of direct.columns) {
      const found = stored.columns.find((each) => each.column === column);
      expect(found?.tests).toEqual(tests);
      expect(found?.distances).toMatchObject({ ks: distances.ks, psi: distances.psi, js: distances.js });
      expect(found?.distances.w1).toBeCloseTo(distances.w1 ?? Number.NaN, 9);
      expect(found?.reference.numbers?.median).toBe(reference.numbers?.median);
    }
  });

  it('reads large tables over two connections, each value into its column, and says which file is damaged inside', async () => {
    const large = await table('large.parquet', 'r AS a, r + 1e6 AS b, -r AS c, (r % 7)::DOUBLE AS d, w', 210_000);
    const found = await compare(large, large);
    const summary = (name: string) => found.columns.find(({ column }) => column === name)?.current.numbers;
    expect(summary('a')).toMatchObject({ min: 0, median: 104_999.5, max: 209_999, mean: 104_999.5 });
    expect(summary('b')).toMatchObject({ min: 1e6, max: 1_209_999 });
    expect(summary('c')).toMatchObject({ min: -209_999, max: 0 });
    expect(summary('d')).toMatchObject({ min: 0, max: 6 });
    expect(found.columns.map(({ distances }) => distances.ks)).toEqual([0, 0, 0, 0, 0]);

    const broken = await open(join(folder, large), 'r+');
    await broken.write(new Uint8Array(64_000), 0, 64_000, 100_000);
    await broken.close();
    await expect(compare(large, await table('b.parquet', 'r AS a, w'))).rejects.toMatchObject({
      code: 'PRN-DATASET-002',
      message: expect.stringContaining('large.parquet'),
    });
  });

  it('reads a folder, a pattern and several files as one table', async () => {
    await table('day=1.parquet', usual, 1_000, 1);
    await table('day=2.parquet', usual, 500, 2);
    const found = await compare('day=*.parquet', 'day=1.parquet,day=2.parquet');
    expect([found.reference.rows, found.current.rows, found.reference.files]).toEqual([1_500, 1_500, 2]);
    expect(found.columns.map(({ effect }) => effect.value)).toEqual([0, 0, 0, 0, 0]);
  });

  it('tells missing values, missing and new columns, changed types, unreadable, constant and infinite values', async () => {
    const reference = await table(
      'a.parquet',
      `${usual}, u AS gone, u AS number, u AS constant, u AS infinite, u AS empty, u AS text`,
    );
    const columns = `${usual}, u AS added, CASE WHEN u < 0.3 THEN NULL ELSE u END AS number, 0.5::DOUBLE AS constant,
      CASE WHEN r = 7 THEN 'inf'::DOUBLE ELSE u END AS infinite, NULL::DOUBLE AS empty, CASE WHEN r = 7 THEN 'n/a' ELSE u::VARCHAR END AS text`;
    const found = await compare(reference, await table('b.parquet', columns, 2_000, 1));
    expect(codes(found)).toEqual(
      expect.arrayContaining([
        ...['missing-column gone', 'new-column added', 'missing-share number', 'constant-column constant'],
        ...['infinite-values infinite', 'all-missing empty', 'changed-type text', 'unreadable-values text'],
      ]),
    );
    expect(found.drifted).toBe(true);
  });

  it('tells new categories from those that a sample lacks by chance', async () => {
    const many = `'n' || floor(w * 1000)::INT AS c`;
    const chance = await compare(await table('a.parquet', many, 2_000, 1), await table('b.parquet', many, 2_000, 2));
    expect(chance.drifted).toBe(false);
    const fresh = await compare(
      await table('a.parquet'),
      await table(
        'b.parquet',
        usual.replace("'c' ||", "CASE WHEN r % 100 = 0 THEN 'new' ELSE '' END || 'c' ||"),
        2_000,
        2,
      ),
    );
    expect(codes(fresh)).toContain('new-category c');
    expect(fresh.drifted).toBe(true);
  });

  it('takes a later time for a clock, and times with and without a zone for a fault', async () => {
    const later = await compare(
      await table('a.parquet'),
      await table('b.parquet', usual.replace('2026-01-01', '2026-02-01'), 2_000, 2),
    );
    expect(codes(later)).toEqual(['later-times t']);
    expect(later.drifted).toBe(false);
    const zone = (part: string) =>
      `r AS n, strftime(TIMESTAMP '2026-01-01' + to_seconds(r), '%Y-%m-%dT%H:%M:%S') || ${part} AS t`;
    await write('a.csv', rowsSql(zone(`''`), 500, 1), 'FORMAT csv, HEADER');
    await write('b.csv', rowsSql(zone(`CASE WHEN r % 2 = 0 THEN '+02:00' ELSE '' END`), 500, 1), 'FORMAT csv, HEADER');
    expect(codes(await compare('a.csv', 'b.csv'))).toContain('mixed-time-zones t');
  });
});

describe('a single value that no tail reaches', () => {
  it('is told, though it moves no distribution', async () => {
    const far = (value: string) =>
      usual
        .replace('sqrt(', `CASE WHEN r = 7 THEN ${value} END, sqrt(`)
        .replace('CASE', 'coalesce(CASE')
        .replace('* v) AS x', '* v)) AS x');
    const a = await table('a.parquet');
    expect(codes(await compare(a, await table('far.parquet', far('-1e300'), 2_000, 2)))).toEqual([
      'outside-learnt-range x',
    ]);
    expect(codes(await compare(a, await table('tail.parquet', far('40'), 2_000, 2)))).toEqual([]);
  });
});

describe('tables of two formats', () => {
  it('are compared by their values: text formats have no types', async () => {
    const found = await compare(
      await table('a.parquet', 'u, r % 7 AS n'),
      await write('same.csv', rowsSql('u, r % 7 AS n', 2_000, 1), 'FORMAT csv, HEADER'),
    );
    expect(found.findings).toEqual([]);
    expect(found.drifted).toBe(false);
  });
});

describe('input that cannot be compared', () => {
  it('says which file is damaged, also where its end is sound', async () => {
    const [a, b] = [await table('a.parquet'), await table('broken.parquet')];
    await truncate(join(folder, b), 4_000);
    await expect(compare(a, b)).rejects.toMatchObject({
      code: 'PRN-DATASET-002',
      message: expect.stringContaining('broken.parquet'),
    });
  });

  it('says that another delimiter was used', async () => {
    const a = await write('a.csv', rowsSql('u, v, w', 100, 1), 'FORMAT csv, HEADER');
    const b = await write('semicolons.csv', rowsSql('u, v, w', 100, 1), `FORMAT csv, HEADER, DELIMITER ';'`);
    await expect(compare(a, b)).rejects.toMatchObject({ code: 'PRN-DRIFT-005' });
    await expect(compare(b, b)).rejects.toMatchObject({ code: 'PRN-DRIFT-005' });
  });

  it('says in which line a CSV file is damaged, and how', async () => {
    const fine = 'x,y\n1,2\n';
    const damaged = { few: '3\n', many: '3,4,5\n', open: '3,"4\n', bytes: Buffer.from([0x33, 0x2c, 0xe9, 0x0a]) };
    for (const [name, line] of Object.entries(damaged))
      await writeFile(join(folder, `${name}.csv`), Buffer.concat([Buffer.from(fine), Buffer.from(line)]));
    const why = (name: string) => compare(`${name}.csv`, `${name}.csv`).catch((error: Error) => error.message);
    expect(await why('few')).toMatch(/line 3 has 1 value, where the header names 2 columns$/);
    expect(await why('many')).toMatch(/line 3 has 3 values, where the header names 2 columns$/);
    expect(await why('open')).toMatch(/line 3 begins a quoted value that does not end$/);
    expect(await why('bytes')).toMatch(/line 3 is not UTF-8$/);
  });

  it('says of a JSON array that objects are wanted, one a line', async () => {
    await writeFile(join(folder, 'array.json'), '[{"x": 1}, {"x": 2}]');
    await expect(compare('array.json', 'array.json')).rejects.toMatchObject({
      code: 'PRN-DATASET-002',
      message: expect.stringContaining('one object a line'),
    });
  });

  it('refuses two columns of one name, no file, an unknown format and nothing in common', async () => {
    const a = await table('a.parquet');
    await writeFile(join(folder, 'twice.csv'), 'x,y,X\n1,2,3\n');
    await writeFile(join(folder, 'notes.txt'), 'x');
    await expect(compare(a, 'twice.csv')).rejects.toMatchObject({ code: 'PRN-DRIFT-006' });
    await expect(compare(a, 'nowhere/*.parquet')).rejects.toMatchObject({ code: 'PRN-DRIFT-003' });
    await expect(compare(a, 'notes.txt')).rejects.toMatchObject({ code: 'PRN-DRIFT-004' });
    await expect(compare(a, await table('z.parquet', 'u AS other'))).rejects.toMatchObject({ code: 'PRN-DRIFT-007' });
  });

  it('never calls a table without rows the same, nor one with a handful', async () => {
    const found = await compare(await table('a.parquet'), await table('empty.parquet', usual, 0));
    expect(codes(found)).toContain('no-rows null');
    expect(found.columns.map(comparedStanding)).toEqual(found.columns.map(() => 'not compared'));
    expect(found.drifted).toBe(true);
    const few = await compare(await table('a.parquet'), await table('few.parquet', usual, 3, 2));
    expect(few.summary).toContain('with 3 rows on a side, little could be found');
  });

  it('compares a table of many columns in few queries', async () => {
    const wide = Array.from({ length: 400 }, (_, at) =>
      at % 3 === 0 ? `'k' || (r % 3) AS c${at}` : `u + ${at} AS c${at}`,
    ).join(', ');
    const found = await compare(await table('wide.parquet', wide, 200), await table('wide-2.parquet', wide, 200));
    expect(found.columns).toHaveLength(400);
    expect(found.drifted).toBe(false);
  }, 60_000);
});
