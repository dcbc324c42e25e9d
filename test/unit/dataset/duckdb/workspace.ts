import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { onTestFinished } from 'vitest';
import type { ObjectStore } from '../../../../src/artifacts/object-store.ts';
import { duckdbDatasets } from '../../../../src/dataset/duckdb/datasets.ts';
import { type ModelFile, modelFile } from '../../../../src/plan/schema.ts';

/** A folder of the test's own, with a store, a source and datasets over it; removed at the test's end. */
export async function workspace(
  options: { readonly store?: (store: ObjectStore) => ObjectStore; readonly threads?: number } = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'perennial-dataset-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const store = folderStore(join(folder, 'store'));
  const datasets = duckdbDatasets({
    store: options.store?.(store) ?? store,
    tempFolder: join(folder, 'temp'),
    memoryLimit: '512MB',
    threads: options.threads ?? 2,
  });
  return { folder, store, datasets, workFolder: join(folder, 'work') };
}

/** The object store port over a plain folder, just enough for these tests. */
export function folderStore(root: string): ObjectStore {
  const path = (key: string) => join(root, key);
  const has = async (key: string) => (await readFile(path(key)).catch(() => null)) !== null;
  return {
    has,
    async put(key, content, { ifAbsent = false } = {}) {
      if (ifAbsent && (await has(key))) return 'exists';
      await mkdir(dirname(path(key)), { recursive: true });
      const partial = `${path(key)}.partial`;
      await ('path' in content ? copyFile(content.path, partial) : writeFile(partial, content));
      await rename(partial, path(key));
      return 'written';
    },
    get: (key) => readFile(path(key)),
    async list(prefix) {
      const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
      const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      return files
        .map((file) => file.slice(root.length + 1))
        .filter((key) => key.startsWith(prefix))
        .sort();
    },
    localPath: async (key) => path(key),
    remove: (key) => rm(path(key)),
  };
}

/** One row of the made-up source, without its label: a trip per hour. */
export const unlabelled = `
  'trip-' || lpad(CAST(i AS VARCHAR), 5, '0') AS trip,
  TIMESTAMP '2024-03-01 00:30:00' + to_hours(CAST(i AS INTEGER)) AS departure,
  CASE WHEN i % 11 = 0 THEN NULL ELSE CAST((i * 37) % 41 AS DOUBLE) / 4 END AS wind,
  CAST(i % 24 AS BIGINT) AS hour,
  CASE WHEN i % 13 = 0 THEN NULL ELSE chr(CAST(65 + i % 3 AS INTEGER)) END AS carrier,
  'N' || i AS tail,
  CASE i % 2 WHEN 0 THEN 'north' ELSE 'south' END AS region`;

/** The whole row: late when the wind is strong, with every 17th label missing. */
export const columns = `${unlabelled},
  CASE WHEN i % 17 = 0 THEN NULL ELSE CAST((i * 37) % 41 > 25 AS INTEGER) END AS late`;

export type Format = 'parquet' | 'csv' | 'json';

/** Writes hours `from`..`to` of the source, one file per day or one file in all. `select` replaces the columns. */
export async function writeSource(
  folder: string,
  {
    format = 'parquet',
    hours = 480,
    select = columns,
    split = true,
    where = 'true',
  }: {
    readonly format?: Format;
    readonly hours?: number;
    readonly select?: string;
    readonly split?: boolean;
    readonly where?: string;
  } = {},
): Promise<void> {
  const rows = `SELECT * FROM (SELECT ${select}, TIMESTAMP '2024-03-01 00:30:00' + to_hours(CAST(i AS INTEGER)) AS moment FROM range(${hours}) AS r(i)) WHERE ${where}`;
  const target = format === 'csv' ? '(FORMAT csv, HEADER true)' : `(FORMAT ${format})`;
  await mkdir(folder, { recursive: true });
  await query(async (run) => {
    await run(`CREATE TABLE made AS ${rows}`);
    const days = split
      ? (await run(`SELECT DISTINCT strftime(moment, '%Y-%m-%d') FROM made ORDER BY 1`)).flat().map(String)
      : ['all'];
    for (const day of days) {
      const only = split ? `WHERE strftime(moment, '%Y-%m-%d') = '${day}'` : '';
      await run(
        `COPY (SELECT * EXCLUDE (moment) FROM made ${only}) TO '${join(folder, `${day}.${format}`)}' ${target}`,
      );
    }
  });
}

/** Runs SQL in a database that lives for the call. */
export async function query<T>(task: (run: (sql: string) => Promise<unknown[][]>) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    return await task(async (sql) => (await connection.runAndReadAll(sql)).getRowsJS());
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** The model file over that source; `data` is merged over its data section. */
export function tripsModel(
  data: Record<string, unknown> = {},
  task: ModelFile['task'] = 'binary-classification',
): ModelFile {
  return modelFile.parse({
    model: 'trips',
    task,
    data: {
      source: { format: 'parquet', uri: 'source/{date}.parquet' },
      time: 'departure',
      id: 'trip',
      label: { column: 'late', maturesAfter: '1d' },
      features: { wind: { type: 'numeric' }, hour: { type: 'numeric' }, carrier: { type: 'categorical' } },
      sensitive: ['tail'],
      ...data,
    },
    plan: {},
  });
}

/** A snapshot request whose parts all have rows: 20 days of source, 16 of them before the hold-out of 2. */
export function snapshotOf(space: { readonly folder: string; readonly workFolder: string }, file = tripsModel()) {
  return {
    file,
    base: space.folder,
    asOf: '2024-03-20T00:00:00.000Z',
    window: '18d',
    holdout: '2d',
    validation: '3d',
    keep: [] as readonly string[],
    workFolder: space.workFolder,
  };
}
