import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withDatabase } from '../../../src/dataset/duckdb/database.ts';
import { text } from '../../../src/dataset/duckdb/sql.ts';
import { PerennialError } from '../../../src/errors/error.ts';

/** A flight as it is sent: `body` is the request's JSON, `late` what was known after it had landed (null: cancelled or diverted). */
export interface Flight {
  readonly id: string;
  readonly body: string;
  readonly late: number | null;
}

/** What is known of a flight before it departs. */
export const flightFeatures: readonly string[] = [
  'hour',
  'weekday',
  'distance',
  'temp',
  'dewp',
  'humid',
  'wind_dir',
  'wind_speed',
  'wind_gust',
  'precip',
  'pressure',
  'visib',
  'carrier',
  'origin',
  'dest',
];

/**
 * Flights of the UTC days `from` to `to`, both included, in the order of their scheduled departure.
 * @throws PRN-DATASET-001 when the folder has none of these days
 */
export async function* readFlights(folder: string, from: string, to: string): AsyncGenerator<Flight> {
  const days = await preparedDays(folder);
  const wanted = days.filter((day) => day >= from && day <= to);
  if (wanted.length === 0) {
    const has = days.length === 0 ? 'no days' : `${days[0]} to ${days.at(-1)}`;
    throw new PerennialError('PRN-DATASET-001', {
      message: `no flights of ${from} to ${to} in ${folder}, which has ${has}`,
      hint: 'Write them with node dist/examples/flights/prepare.js.',
    });
  }
  for (const day of wanted) yield* await readDay(join(folder, `day=${day}`, 'flights.parquet'));
}

/** The days that {@link prepareFlights} wrote, in order. */
export async function preparedDays(folder: string): Promise<string[]> {
  const entries = await readdir(folder).catch((): string[] => []);
  return entries.flatMap((name) => /^day=(\d{4}-\d{2}-\d{2})$/.exec(name)?.[1] ?? []).sort();
}

/** DuckDB writes the JSON: at hundreds of requests a second that is cheaper than doing it here. */
async function readDay(path: string): Promise<Flight[]> {
  const row = flightFeatures.map((name) => `${name}: ${name}`).join(', ');
  const rows = await withDatabase({ tempFolder: tmpdir(), memoryLimit: '256MB', threads: 1 }, (database) =>
    database.rows(
      `SELECT flight_id AS id, late, CAST(to_json({id: flight_id, key: flight_id, features: {${row}}}) AS VARCHAR) AS body
       FROM read_parquet(${text(path)}, hive_partitioning = false) ORDER BY scheduled_departure, flight_id`,
    ),
  );
  return rows.map(({ id, late, body }) => ({
    id: String(id),
    body: String(body),
    late: late === null ? null : Number(late),
  }));
}
