import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sitePackagesOf } from '../../examples/flights/prepare/site-packages.ts';
import { prepareFlights } from '../../examples/flights/prepare.ts';
import { inTempFolder, repository } from '../report/place.ts';
import { figure, goalRow, type Row } from '../report/row.ts';
import { type PlantedFault, plantedFaults } from './planted-faults.ts';
import { daysBefore, type QualityPlace, qualityPlace } from './quality-place.ts';

const lastDay = '2013-03-14';
const quietDays = 42;

/** Faults planted in flights, each found under its name or not, and what is told of the clean weeks. */
export async function qualityRows(): Promise<Row[]> {
  return await inTempFolder('quality', async (folder) => {
    const place = await qualityPlace(await flightsFolder(folder), folder);
    const overlooked: string[] = [];
    const checkMs: number[] = [];
    for (const fault of plantedFaults) if (!(await isNamed(place, fault, checkMs))) overlooked.push(fault.name);
    const told = await toldWhenClean(place);
    const missed =
      overlooked.length === 0
        ? `all ${plantedFaults.length} kinds found and named`
        : `not named: ${overlooked.join(', ')}`;
    return [
      goalRow(
        `planted data-quality faults that are not found and named, of ${plantedFaults.length} kinds`,
        0,
        figure([overlooked.length]),
        missed,
      ),
      goalRow(
        `findings above info in ${quietDays} checks of clean days after the reference`,
        0,
        figure([told.length]),
        told.join('; ') || undefined,
      ),
      goalRow(
        'data quality of a window of seven profiled days, 15 columns, ms',
        100,
        figure(checkMs),
        'rules alone, over profiles in memory',
      ),
    ];
  });
}

/** The prepared flights, or new ones inside of `folder`. */
export async function flightsFolder(folder: string): Promise<string> {
  const prepared = join(repository, '.perennial', 'flights');
  if (existsSync(join(prepared, 'prepared.json'))) return prepared;
  const sitePackages = sitePackagesOf(join(repository, '.venv'));
  return (await prepareFlights({ sitePackages, out: join(folder, 'flights') })).folder;
}

async function isNamed(
  place: QualityPlace,
  { code, column, sql, day }: PlantedFault,
  checkMs: number[],
): Promise<boolean> {
  const at = day === 'middle' ? daysBefore(lastDay, 3) : lastDay;
  const spoilt = new Map([[at, sql === null ? null : await place.spoilt(at, sql)]]);
  // The profiles of the other days are made once, before the clock starts.
  await place.check(lastDay);
  const startedAt = performance.now();
  const found = await place.check(lastDay, spoilt);
  checkMs.push(performance.now() - startedAt);
  return found.some((finding) => finding.code === code && finding.column === column);
}

async function toldWhenClean(place: QualityPlace): Promise<string[]> {
  const told: string[] = [];
  for (let back = quietDays - 1; back >= 0; back--) {
    const day = daysBefore('2013-04-12', back);
    for (const { severity, code, column } of await place.check(day)) {
      if (severity !== 'info') told.push(`${day} ${code} ${column ?? ''}`.trim());
    }
  }
  return told;
}
