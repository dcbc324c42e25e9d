import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flightFeatures } from '../../examples/flights/replay/flights.ts';
import type { ColumnTable } from '../../src/dataset/dataset.ts';
import { withDatabase } from '../../src/dataset/duckdb/database.ts';
import { readParquetFile } from '../../src/dataset/duckdb/read-parquet.ts';
import { encodeIndicators } from '../../src/performance/indicators.ts';
import { fitLogistic, logOdds } from '../../src/performance/logistic.ts';
import { repository } from '../report/place.ts';

/** A year of flights with the scores of a champion that has learned from its first weeks. */
export interface ScoredYear {
  readonly columns: ColumnTable['columns'];
  /** Days since 1970. */
  readonly days: Int32Array;
  /** 1 late, 0 not; NaN cancelled. */
  readonly labels: Float64Array;
  readonly scores: { readonly rows: number; readonly width: 1; readonly values: Float32Array };
}

/** A logistic regression on binned columns, learned from the flights before `trainedBefore`: quick, and calibrated enough to drift. */
export async function scoredYear(trainedBefore: string): Promise<ScoredYear> {
  const path = join(repository, '.perennial', 'flights', '*', '*.parquet');
  const wanted = ['scheduled_departure', 'late', ...flightFeatures];
  const { columns, rows } = await withDatabase({ tempFolder: join(tmpdir(), 'perennial-bench-flights') }, (database) =>
    readParquetFile(database, path, wanted),
  );
  const days = Int32Array.from(columns.scheduled_departure ?? [], (time) => dayOf(String(time)));
  const labels = Float64Array.from(columns.late ?? [], (late) => (late === null ? Number.NaN : Number(late)));
  const data = encodeIndicators(
    flightFeatures.map((name) => columns[name] ?? []),
    rows,
  );
  const limit = dayOf(trainedBefore);
  const learned = Int32Array.from({ length: rows }, (_, row) => row).filter(
    (row) => (days[row] as number) < limit && !Number.isNaN(labels[row]),
  );
  const model = fitLogistic(data, labels, learned, 5);
  const values = Float32Array.from({ length: rows }, (_, row) => 1 / (1 + Math.exp(-logOdds(data, model, row))));
  return { columns, days, labels, scores: { rows, width: 1, values } };
}

export function dayOf(time: string): number {
  return Math.floor(Date.parse(time.length === 10 ? `${time}T00:00:00Z` : time) / 86_400_000);
}

export function rowsBetween({ days }: ScoredYear, from: string, to: string): Int32Array {
  const [first, end] = [dayOf(from), dayOf(to)];
  return Int32Array.from({ length: days.length }, (_, row) => row).filter(
    (row) => (days[row] as number) >= first && (days[row] as number) < end,
  );
}
