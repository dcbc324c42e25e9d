import { join } from 'node:path';
import { type Database, withDatabase } from '../../src/dataset/duckdb/database.ts';
import { text } from '../../src/dataset/duckdb/sql.ts';
import type { Comparison } from '../../src/drift/comparison.ts';
import { compareTables } from '../../src/drift/duckdb/compare-tables.ts';
import { inTempFolder } from '../report/place.ts';
import { figure, goalRow, type Row } from '../report/row.ts';
import { normal, uniform } from './two-tables.ts';

const rows = 100_000;
const numbers = 15;
const levels = [2, 3, 10, 30, 100];
const moved = 'n0';

/** `perennial compare` on 100,000 rows a side of 20 columns, once with one of them moved by a tenth of its deviation and once with none. */
export async function oneLookRows({ pairs }: { readonly pairs: number }): Promise<Row[]> {
  const [shifted, same] = [await looks(pairs, 0.1), await looks(pairs, 0)];
  const found = shifted.map((look) => look.columns.find(({ column }) => column === moved));
  const sizes = figure(found.map((column) => column?.effect.value ?? 0));
  const others = shifted.filter((look) => look.columns.some(({ column, drifted }) => drifted && column !== moved));
  return [
    goalRow(
      `n = 100,000 a side, one of 20 columns moved by 0.1 sd: not found, of ${pairs}`,
      0,
      figure([found.filter((column) => !column?.drifted).length]),
      `graded W1/sd ${sizes.median.toFixed(3)} (${sizes.min.toFixed(3)}-${sizes.max.toFixed(3)}); another column named: ${others.length}; Evidently finds 67 %`,
    ),
    goalRow(
      `the same with none moved: called drift, of ${pairs}`,
      0,
      figure([same.filter(({ drifted }) => drifted).length]),
    ),
  ];
}

function looks(pairs: number, shift: number): Promise<Comparison[]> {
  return inTempFolder('one-look', async (folder) => {
    const options = { tempFolder: join(folder, 'temp'), memoryLimit: '512MB' };
    const [reference, current] = ['reference', 'current'].map((name) => join(folder, `${name}.parquet`)) as [
      string,
      string,
    ];
    const found: Comparison[] = [];
    for (let pair = 0; pair < pairs; pair += 1) {
      await withDatabase(options, async (database) => {
        await write(database, reference, { seed: 1_000 + 2 * pair, shift: 0 });
        await write(database, current, { seed: 1_001 + 2 * pair, shift });
      });
      const request = { reference, current, base: folder, alpha: 0.05, minimumEffect: 0.05 };
      found.push(await compareTables(request, options));
    }
    return found;
  });
}

/** Normal numbers, and names by the frequencies of Zipf: 1, 1/2, 1/3, … */
async function write(
  { run }: Database,
  path: string,
  { seed, shift }: { readonly seed: number; readonly shift: number },
): Promise<void> {
  const columns = [
    ...Array.from({ length: numbers }, (_, at) => {
      const value = normal(at, seed);
      return `${at === 0 ? `${value} + ${shift}` : value} AS n${at}`;
    }),
    ...levels.map((count, at) => `${zipf(count, uniform(100 + at, seed))} AS c${at}`),
  ];
  await run(`COPY (SELECT ${columns.join(', ')} FROM range(${rows}) t(r)) TO ${text(path)} (FORMAT parquet)`);
}

function zipf(count: number, share: string): string {
  const weights = Array.from({ length: count }, (_, level) => 1 / (level + 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  const ends = weights.map((weight) => {
    sum += weight / total;
    return sum;
  });
  return `'v' || len(list_filter([${ends.slice(0, -1).join(', ')}]::DOUBLE[], lambda edge: edge < ${share}))`;
}
