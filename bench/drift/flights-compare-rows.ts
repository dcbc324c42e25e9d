import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sitePackagesOf } from '../../examples/flights/prepare/site-packages.ts';
import { prepareFlights } from '../../examples/flights/prepare.ts';
import { withDatabase } from '../../src/dataset/duckdb/database.ts';
import { text } from '../../src/dataset/duckdb/sql.ts';
import { runCapped } from '../report/child.ts';
import { compiled, inTempFolder, repository } from '../report/place.ts';
import { figure, goalRow, type Row, scaled } from '../report/row.ts';
import { timePeer } from './exact-peers.ts';

const numbers = 'hour weekday distance temp dewp humid wind_dir wind_speed wind_gust precip pressure visib'.split(' ');
const categories = ['carrier', 'origin', 'dest'];
const columns = [...numbers, ...categories];

/** July against January to March, 15 columns: the whole command from the shell, against Evidently's whole process on the same rows. */
export async function flightsCompareRows({
  runs,
  peer,
}: {
  readonly runs: number;
  readonly peer: boolean;
}): Promise<Row[]> {
  return inTempFolder('flights-compare', async (folder) => {
    const flights = await preparedFlights(folder);
    const [reference, current] = ['day=2013-0[1-3]-*', 'day=2013-07-*'].map((days) =>
      join(flights, days, '*.parquet'),
    ) as [string, string];
    const tables = peer ? await oneFileEach(folder, reference, current) : null;
    const [ours, theirs] = [[] as number[], [] as number[]];
    for (let run = 0; run < runs; run += 1) {
      ours.push(await timeCommand(reference, current));
      if (tables !== null) theirs.push((await timePeer('evidently', tables)).wholeMs);
    }
    const what = 'July against January-March of flights, 15 columns: perennial compare from the shell';
    const own = goalRow(
      `${what}, ms`,
      1_060,
      figure(ours),
      '121 files; the goal is a fifth of 2.45 s and 2.85 s of import',
    );
    if (theirs.length === 0) return [own];
    const their = figure(theirs);
    const share = scaled(figure(ours), 1 / their.median);
    const note = `Evidently, process and import: ${(their.median / 1000).toFixed(2)} s, two files`;
    return [own, goalRow(`${what}, of Evidently 0.7.23’s time`, 0.2, share, note)];
  });
}

async function timeCommand(reference: string, current: string): Promise<number> {
  const command = [
    process.execPath,
    compiled('src/cli/main.js'),
    'compare',
    reference,
    current,
    '--columns',
    columns.join(','),
  ];
  const { code, errors, ms } = await runCapped(command, { cwd: repository, capMs: 60_000 });
  if (code !== 2) throw new Error(`perennial compare ended with ${code} instead of finding drift: ${errors}`);
  return ms;
}

async function oneFileEach(folder: string, reference: string, current: string) {
  const paths = { reference: join(folder, 'reference.parquet'), current: join(folder, 'current.parquet') };
  await withDatabase({ tempFolder: join(folder, 'temp') }, async ({ run }) => {
    for (const [from, to] of [
      [reference, paths.reference],
      [current, paths.current],
    ] as const)
      await run(`COPY (SELECT ${columns.join(', ')} FROM read_parquet(${text(from)})) TO ${text(to)} (FORMAT parquet)`);
  });
  return { ...paths, categories };
}

export async function preparedFlights(folder: string): Promise<string> {
  const prepared = join(repository, '.perennial', 'flights');
  if (existsSync(join(prepared, 'prepared.json'))) return prepared;
  const sitePackages = sitePackagesOf(join(repository, '.venv'));
  return (await prepareFlights({ sitePackages, out: join(folder, 'flights') })).folder;
}
