import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plantedFaults } from '../../../bench/drift/planted-faults.ts';
import { daysBefore, type QualityPlace, qualityPlace } from '../../../bench/drift/quality-place.ts';
import { flightsIn, haveFlights } from './flights.ts';

const lastDay = '2013-03-14';

describe.skipIf(!haveFlights)('data quality on flights, with a champion of January and February', () => {
  let place: QualityPlace;
  let folder: string;
  beforeAll(async () => {
    const made = await flightsIn('quality');
    folder = made.folder;
    place = await qualityPlace(made.flights, folder);
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
