import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { filesystemStore } from '../../src/artifacts/filesystem/store.ts';
import type { SnapshotManifest } from '../../src/dataset/dataset.ts';
import { withDatabase } from '../../src/dataset/duckdb/database.ts';
import { evidenceOverTime } from '../../src/monitor/evidence.ts';
import { type ModelFile, modelFile } from '../../src/plan/schema.ts';
import { decodeProfile, encodeProfile } from '../../src/profile/codec.ts';
import { duckdbProfiles } from '../../src/profile/duckdb/profiles.ts';
import type { PartitionProfile, ReferenceProfile } from '../../src/profile/profile.ts';
import { inTempFolder } from '../report/place.ts';
import { type Figure, figure, goalRow, type Row } from '../report/row.ts';

const columns = 1_000;
const rowsPerDay = 10_000;
const day = '2024-03-01';
const stored = 33;

/** A daily check of one new day with 1,000 columns against a stored reference profile, the training data being gone. */
export async function profileRows({
  runs,
  references = [4_000, 40_000],
}: {
  readonly runs: number;
  readonly references?: readonly number[];
}): Promise<Row[]> {
  return await inTempFolder('profile', async (folder) => {
    const file = wideModel();
    await writeRows(join(folder, 'source', `day=${day}`, 'rows.parquet'), day, rowsPerDay, 1);
    const checks: {
      readonly rows: number;
      readonly whole: Figure;
      readonly profile: Figure;
      readonly bytes: number;
    }[] = [];
    for (const rows of references) checks.push({ rows, ...(await checkAgainst(folder, file, rows, runs)) });
    const [small, large] = [checks[0], checks.at(-1)];
    if (small === undefined || large === undefined) return [];
    const peak = process.resourceUsage().maxRSS / 1024;
    return [
      goalRow(
        `daily check of one new day, 1,000 columns x ${rowsPerDay} rows, stored reference of ${small.rows} rows, s`,
        10,
        small.whole,
        `profiling the day ${small.profile.median.toFixed(2)} s, the rest is evidence over ${stored + 1} days; the training data is deleted before; peak ${peak.toFixed(0)} MiB; a day is stored in ${(small.bytes / 1024).toFixed(0)} KiB. Evidently reads all rows again`,
      ),
      goalRow(
        `the same against a reference of ${large.rows} rows, times the time against ${small.rows}`,
        1.2,
        figure([large.whole.median / small.whole.median]),
        `${large.whole.median.toFixed(2)} s against ${small.whole.median.toFixed(2)} s`,
      ),
    ];
  });
}

async function checkAgainst(
  folder: string,
  file: ModelFile,
  rows: number,
  runs: number,
): Promise<{ readonly whole: Figure; readonly profile: Figure; readonly bytes: number }> {
  const store = filesystemStore(join(folder, `store-${rows}`));
  const profiles = duckdbProfiles({ store, tempFolder: join(folder, 'temp'), memoryLimit: '1GB' });
  const train = join(folder, `train-${rows}.parquet`);
  await writeRows(train, '2024-01-01', rows, 40);
  await store.put('train.parquet', { path: train });
  const reference = await profiles.profileReference({ file, base: folder, snapshot: manifest(rows) });
  await writeFile(join(folder, 'reference.json'), JSON.stringify(reference));
  await rm(train);
  await store.remove('train.parquet');

  const first = await profiles.profilePartition({ file, base: folder, day, reference });
  const text = encodeProfile(first as PartitionProfile, reference);
  const [whole, profile]: [number[], number[]] = [[], []];
  for (let run = 0; run < runs; run += 1) {
    const startedAt = performance.now();
    const known = JSON.parse(await readFile(join(folder, 'reference.json'), 'utf8')) as ReferenceProfile;
    const fresh = (await profiles.profilePartition({ file, base: folder, day, reference: known })) as PartitionProfile;
    profile.push((performance.now() - startedAt) / 1000);
    const before = Array.from({ length: stored }, (_, at) => ({
      day: dayBefore(stored - at),
      profile: decodeProfile(text, known) as PartitionProfile,
    }));
    const days = [...before, { day, profile: fresh }];
    evidenceOverTime({ reference: known, days, features: file.data.features });
    whole.push((performance.now() - startedAt) / 1000);
  }
  return { whole: figure(whole), profile: figure(profile), bytes: text.length };
}

function dayBefore(days: number): string {
  return new Date(Date.parse(day) - days * 86_400_000).toISOString().slice(0, 10);
}

/** Numbers of a thousand different values, one column in ten with names instead. */
async function writeRows(path: string, from: string, rows: number, days: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const list = Array.from({ length: columns }, (_, at) => {
    const value = `hash(i * ${columns} + ${at} + epoch(TIMESTAMP '${from}'))`;
    return at % 10 === 9 ? `'v' || (${value} % 20) AS f${at}` : `CAST(${value} % 1000 AS DOUBLE) / 7 AS f${at}`;
  });
  const time = `TIMESTAMP '${from}' + to_microseconds(CAST(i * ${days} * 86400000000 // ${rows} AS BIGINT)) AS moment`;
  await withDatabase({ tempFolder: dirname(path) }, (database) =>
    database.run(
      `COPY (SELECT 'r' || i AS id, ${time}, i % 2 AS label, ${list.join(', ')} FROM range(${rows}) AS rows(i)) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 20000)`,
    ),
  );
}

function wideModel(): ModelFile {
  const features = Array.from({ length: columns }, (_, at) => [
    `f${at}`,
    { type: at % 10 === 9 ? 'categorical' : 'numeric' },
  ]);
  return modelFile.parse({
    model: 'wide',
    owner: 'bench',
    task: 'binary-classification',
    data: {
      source: { format: 'parquet', uri: 'source/day={date}/*.parquet' },
      time: 'moment',
      id: 'id',
      label: { column: 'label' },
      features: Object.fromEntries(features),
    },
    plan: { snapshot: { kind: 'snapshot', window: '40d', holdout: '4d' } },
  });
}

function manifest(rows: number): SnapshotManifest {
  const train = { from: '2024-01-01T00:00:00.000Z', to: '2024-02-10T00:00:00.000Z' };
  const none = { from: train.to, to: train.to };
  const keys = { train: 'train.parquet', validation: '', holdout: '', holdoutLabels: '' };
  return {
    id: `wide-${rows}`,
    model: 'wide',
    asOf: train.to,
    windows: { train, validation: none, holdout: none },
    rows: { train: rows, validation: 0, holdout: 0 },
    schema: [],
    unlabelled: 0,
    missingDays: [],
    keys,
  };
}
