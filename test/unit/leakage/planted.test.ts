import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { filesystemStore } from '../../../src/artifacts/filesystem/store.ts';
import type { ObjectStore } from '../../../src/artifacts/object-store.ts';
import type { SnapshotManifest } from '../../../src/dataset/dataset.ts';
import { withDatabase } from '../../../src/dataset/duckdb/database.ts';
import { duckdbDatasets } from '../../../src/dataset/duckdb/datasets.ts';
import { text } from '../../../src/dataset/duckdb/sql.ts';
import { duckdbLeakMeter } from '../../../src/leakage/duckdb/measure-leaks.ts';
import { findLeaks } from '../../../src/leakage/find-leaks.ts';
import type { Leak } from '../../../src/leakage/leak.ts';
import type { LeakTallies } from '../../../src/leakage/leakage.ts';
import type { ModelFile } from '../../../src/plan/schema.ts';
import { flightsIn, haveFlights } from '../quality/flights.ts';
import { flightsFile } from './flights-file.ts';

/** How each part of the snapshot is spoilt: SQL over its rows. `y` is the label, also of the hold-out; `n` numbers the rows. */
interface Planted {
  readonly column?: { readonly sql: string; readonly type: 'numeric' | 'categorical' };
  /** Rows that get into the training part, as SQL over `held` (hold-out rows with labels), `*` and changes of it. */
  readonly rows?: string;
  readonly finds: Partial<Leak>;
}

const noise = '(hash(flight_id) % 1000) / 1000.0';
const planted: Readonly<Record<string, Planted>> = {
  'the label itself': {
    column: { sql: 'y', type: 'numeric' },
    finds: { code: 'predicts-alone', column: 'leak', severity: 'critical' },
  },
  'a number that is only known afterwards': {
    column: { sql: `60 * y + 40 * ${noise}`, type: 'numeric' },
    finds: { code: 'predicts-alone', column: 'leak', severity: 'critical' },
  },
  'a number that hides the label in its last digit': {
    column: { sql: 'CAST(distance AS INTEGER) % 40 * 2 + y', type: 'numeric' },
    finds: { code: 'predicts-alone', column: 'leak', severity: 'critical' },
  },
  'a category that was set with the label': {
    column: { sql: `CASE WHEN y = 1 THEN 'rebooked' WHEN ${noise} < 0.5 THEN 'a' ELSE 'b' END`, type: 'categorical' },
    finds: { code: 'predicts-alone', column: 'leak', severity: 'critical' },
  },
  'a value that is missing unless the label is true': {
    column: { sql: `CASE WHEN y = 1 THEN ${noise} END`, type: 'numeric' },
    finds: { code: 'predicts-alone', column: 'leak', severity: 'critical' },
  },
  'a status that only late flights have, and not all of them': {
    column: { sql: `CASE WHEN y = 1 AND ${noise} < 0.2 THEN 'diverted' ELSE 'ok' END`, type: 'categorical' },
    finds: { code: 'decides-alone', column: 'leak', severity: 'warning' },
  },
  'hold-out rows in training': {
    rows: `SELECT * REPLACE (TIMESTAMP '2013-01-10' AS scheduled_departure)`,
    finds: { code: 'seen-by-id', severity: 'critical' },
  },
  'hold-out rows in training under other ids': {
    rows: `SELECT * REPLACE ('copy-' || flight_id AS flight_id, TIMESTAMP '2013-01-10' AS scheduled_departure)`,
    finds: { code: 'seen-by-content', severity: 'critical' },
  },
  'training rows from the time of the hold-out': {
    rows: `SELECT * REPLACE ('other-' || flight_id AS flight_id, distance + ${noise} AS distance)`,
    finds: { code: 'time-overlap', severity: 'critical' },
  },
};

describe.skipIf(!haveFlights)('leaks that were planted into a snapshot of the flights', () => {
  let store: ObjectStore;
  let folder: string;
  let clean: SnapshotManifest;
  const file = flightsFile();

  beforeAll(async () => {
    const place = await flightsIn('leaks');
    folder = place.folder;
    store = filesystemStore(join(folder, 'objects'));
    const datasets = duckdbDatasets({ store, tempFolder: join(folder, 'temp') });
    const uri = `${place.flights}/day={date}/*.parquet`;
    clean = await datasets.takeSnapshot({
      file: { ...file, data: { ...file.data, source: { format: 'parquet', uri } } },
      base: resolve('.'),
      asOf: '2013-02-02T00:00:00Z',
      ...{ window: '30d', holdout: '8d', validation: '2d', keep: [] },
      workFolder: join(folder, 'work'),
    });
  });

  const measure = async (model: ModelFile, manifest: SnapshotManifest): Promise<LeakTallies> =>
    await duckdbLeakMeter({ store, tempFolder: join(folder, 'temp') }).measure({ file: model, manifest });

  it('are none where nothing was planted', async () => {
    expect(findLeaks(file.task, await measure(file, clean), { alone: 0.95, trusted: [] })).toEqual([]);
  });

  it.each(Object.entries(planted))('are found: %s', async (name, { column, rows, finds }) => {
    const { keys } = clean;
    const path = async (key: string) => text(await store.localPath(key));
    const [train, validation, holdout, labels] = await Promise.all(
      [keys.train, keys.validation, keys.holdout, keys.holdoutLabels].map(path),
    );
    const leak = column ? `, ${column.sql} AS leak` : '';
    const held = `(SELECT * FROM read_parquet(${holdout}) h JOIN read_parquet(${labels}) l USING (flight_id))`;
    const extra = rows ? `UNION ALL BY NAME (${rows} FROM ${held} WHERE hash(flight_id) % 3 = 0)` : '';
    const spoilt: Record<string, string> = {
      train: `SELECT * ${leak} FROM (SELECT *, late AS y FROM read_parquet(${train}) ${extra})`,
      validation: `SELECT * ${leak} FROM (SELECT *, late AS y FROM read_parquet(${validation}))`,
      holdout: `SELECT * EXCLUDE (late) ${leak} FROM (SELECT *, late AS y FROM ${held})`,
      holdoutLabels: `FROM read_parquet(${labels})`,
    };
    const stored: Record<string, string> = {};
    await withDatabase({ tempFolder: join(folder, 'temp') }, async (db) => {
      for (const [part, sql] of Object.entries(spoilt)) {
        const to = join(folder, `${part}.parquet`);
        await db.run(`COPY (${sql}) TO ${text(to)} (FORMAT parquet)`);
        stored[part] = `planted/${name}/${part}.parquet`;
        await store.put(stored[part], { path: to });
      }
    });
    const features = { ...file.data.features, ...(column ? { leak: { type: column.type } } : {}) };
    const model: ModelFile = { ...file, data: { ...file.data, features } };
    const tallies = await measure(model, { ...clean, keys: stored as unknown as SnapshotManifest['keys'] });
    expect(findLeaks(file.task, tallies, { alone: 0.95, trusted: [] })).toContainEqual(expect.objectContaining(finds));
  });
});
