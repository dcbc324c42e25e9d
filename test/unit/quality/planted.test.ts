import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plantedFaults } from '../../../bench/drift/planted-faults.ts';
import { daysBefore, type QualityPlace, qualityPlace } from '../../../bench/drift/quality-place.ts';
import { emptyProfile } from '../../../src/profile/merge.ts';
import { findQuality } from '../../../src/quality/find-quality.ts';
import { toHistoryDay } from '../../../src/quality/partition-rules.ts';
import { query } from '../dataset/duckdb/workspace.ts';
import { flightsIn, haveFlights } from './flights.ts';
import { input } from './profiles.ts';

const lastDay = '2013-03-14';

describe.skipIf(!haveFlights)('data quality on flights, with a champion of January and February', () => {
  let place: QualityPlace;
  let folder: string;
  let flights: string;
  beforeAll(async () => {
    ({ folder, flights } = await flightsIn('quality'));
    place = await qualityPlace(flights, folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each(plantedFaults)('$name: $code', async ({ code, column, sql, day }) => {
    const at = day === 'middle' ? daysBefore(lastDay, 3) : lastDay;
    const found = await place.check(lastDay, new Map([[at, sql === null ? null : await place.spoilt(at, sql)]]));
    const named = found.filter((finding) => finding.code === code && finding.column === column);
    expect(named).toHaveLength(1);
    expect(named[0]?.says).toContain(at);
    expect(named[0]?.severity === 'info').toBe(code === 'new-column');
    // What is told beside it is the other half of a swap, and nothing else.
    const others = found.filter((finding) => finding.severity !== 'info' && finding.code !== code);
    expect(others).toEqual([]);
  });

  test('finds no unusual number of rows on any day of the year, holidays included, but on its last', async () => {
    const { reference } = place;
    const counts = await query(async (run) =>
      run(`SELECT strftime(scheduled_departure, '%Y-%m-%d') AS day, count(*)::INT FROM read_parquet('${flights}/*/*.parquet', hive_partitioning = false)
           GROUP BY 1 ORDER BY 1`),
    );
    const days = counts.map(([day, rows]) => ({ day: String(day), profile: { ...emptyProfile, rows: Number(rows) } }));
    const found = days.slice(28).flatMap((day, index) => {
      const history = days.slice(index, index + 28).map((past) => toHistoryDay(past.day, past.profile));
      return findQuality({
        ...input(),
        reference,
        days: [day],
        history,
        current: day.profile,
        asOf: '2014-02-01T00:00:00Z',
      });
    });
    // The data ends in the small hours of New Year.
    expect(found).toMatchObject([{ code: 'row-count', says: expect.stringContaining('(2014-01-01)') }]);
  });

  test('is quiet in the six weeks after the reference', async () => {
    const told: string[] = [];
    for (let days = 0; days < 42; days++) {
      const day = daysBefore('2013-04-12', 41 - days);
      const found = (await place.check(day)).filter(({ severity }) => severity !== 'info');
      told.push(...found.map(({ code, column, says }) => `${day} ${code} ${column} ${says}`));
    }
    expect(told).toEqual([]);
  });
});
