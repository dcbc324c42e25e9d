import { flightsFolder } from '../drift/quality-rows.ts';
import { inTempFolder } from '../report/place.ts';
import { figure, goalRow, type Row } from '../report/row.ts';
import { LeakPlace } from './leak-place.ts';
import { plantedLeaks } from './planted-leaks.ts';

const cleanMonths = ['02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12'];

/** Leaks planted in flights, each found under its name or not, and what is told of clean snapshots through the year. */
export async function leakRows(): Promise<Row[]> {
  return await inTempFolder('leaks', async (folder) => {
    const place = new LeakPlace(await flightsFolder(folder), folder);
    const clean = await place.snapshot('2013-02-02T00:00:00Z', 30);
    const overlooked: string[] = [];
    for (const [name, planted] of Object.entries(plantedLeaks)) {
      const { code, severity } = planted.finds;
      const found = await place.spoilt(clean, planted);
      if (!found.some((leak) => leak.code === code && leak.severity === severity)) overlooked.push(name);
    }
    if ((await place.skewed('2013-02-01')).every(({ column }) => column !== 'temp'))
      overlooked.push('other units when served');
    const told: string[] = [];
    const times: number[] = [];
    for (const month of cleanMonths) {
      const manifest = await place.snapshot(`2013-${month}-02T00:00:00Z`, month === '02' ? 30 : 55);
      const startedAt = performance.now();
      told.push(...(await place.leaks(manifest)).map(({ code, column }) => `2013-${month} ${code} ${column ?? ''}`));
      times.push(performance.now() - startedAt);
    }
    const kinds = Object.keys(plantedLeaks).length + 1;
    const words = overlooked.length === 0 ? `all ${kinds} kinds found` : `not found: ${overlooked.join(', ')}`;
    return [
      goalRow(`planted leaks that are not found, of ${kinds} kinds`, 0, figure([overlooked.length]), words),
      goalRow(
        `leaks told of ${cleanMonths.length} clean snapshots of flights`,
        0,
        figure([told.length]),
        told.join('; ') || undefined,
      ),
      goalRow('looking for leaks in 55 days of flights, 15 features, ms', 5_000, figure(times)),
    ];
  });
}
