import { join } from 'node:path';
import { filesystemStore } from '../../src/artifacts/filesystem/store.ts';
import type { SnapshotManifest } from '../../src/dataset/dataset.ts';
import { withDatabase } from '../../src/dataset/duckdb/database.ts';
import { duckdbDatasets } from '../../src/dataset/duckdb/datasets.ts';
import { text } from '../../src/dataset/duckdb/sql.ts';
import { duckdbLeakMeter } from '../../src/leakage/duckdb/measure-leaks.ts';
import { findLeaks } from '../../src/leakage/find-leaks.ts';
import type { Leak } from '../../src/leakage/leak.ts';
import type { ModelFile } from '../../src/plan/schema.ts';
import { duckdbTrainServe } from '../../src/quality/duckdb/train-serve.ts';
import { skewFindings } from '../../src/quality/train-serve.ts';
import { flightsModel } from '../drift/quality-place.ts';
import type { PlantedLeak } from './planted-leaks.ts';

const rules = { alone: 0.95, trusted: [] };

/** Snapshots of the flights, as they are and spoilt. `flights` holds day=YYYY-MM-DD folders, `folder` may be written to. */
export class LeakPlace {
  readonly #flights: string;
  readonly #folder: string;
  readonly #file: ModelFile;

  constructor(flights: string, folder: string) {
    this.#flights = flights;
    this.#folder = folder;
    this.#file = flightsModel(flights);
  }

  async snapshot(asOf: string, days: number): Promise<SnapshotManifest> {
    return await duckdbDatasets({ store: this.#store, ...this.#database }).takeSnapshot({
      ...{ file: this.#file, base: this.#folder, asOf, keep: [] },
      ...{ window: `${days}d`, holdout: '8d', validation: '2d', workFolder: join(this.#folder, 'work') },
    });
  }

  async leaks(manifest: SnapshotManifest, file: Pick<ModelFile, 'data' | 'task'> = this.#file): Promise<Leak[]> {
    const tallies = await duckdbLeakMeter({ store: this.#store, ...this.#database }).measure({ file, manifest });
    return findLeaks(file.task, tallies, rules);
  }

  /** What is found in the snapshot once it is spoilt. */
  async spoilt(clean: SnapshotManifest, { column, rows }: PlantedLeak): Promise<Leak[]> {
    const { data, task } = this.#file;
    const keys = await this.#spoiltParts(clean, { column, rows });
    const features = { ...data.features, ...(column ? { leak: { type: column.type } } : {}) };
    return await this.leaks({ ...clean, keys }, { task, data: { ...data, features } });
  }

  /** What is found where a gateway was sent one feature in other units than it is trained on. */
  async skewed(day: string): Promise<Leak[]> {
    const source = join(this.#flights, `day=${day}`, '*.parquet');
    const log = join(this.#folder, 'log.ndjson');
    const features = Object.keys(this.#file.data.features).map((name) =>
      name === 'temp' ? "'temp': (temp - 32) / 1.8" : `'${name}': ${name}`,
    );
    await withDatabase(this.#database, ({ run }) =>
      run(`COPY (SELECT '${day}T12:00:00.000Z' AS "at", flight_id AS id, 'stable' AS role, {${features.join(', ')}} AS features
                 FROM read_parquet(${text(source)}, hive_partitioning = false)) TO ${text(log)} (FORMAT json)`),
    );
    await this.#store.put(`requests/${this.#file.model}/${day}/gateway-1.ndjson`, { path: log });
    const window = { from: `${day}T00:00:00.000Z`, to: new Date(Date.parse(day) + 86_400_000).toISOString() };
    const trainServe = duckdbTrainServe({ store: this.#store, ...this.#database });
    const asked = { file: this.#file, base: this.#folder, source: window, requests: window };
    return skewFindings(await trainServe.compare(asked)).map(({ column, severity, says }) => {
      return { code: 'train-serve-skew', column, severity, says };
    });
  }

  get #database() {
    return { tempFolder: join(this.#folder, 'temp'), memoryLimit: '512MB', threads: 2 };
  }

  get #store() {
    return filesystemStore(join(this.#folder, 'objects'));
  }

  async #spoiltParts({ keys }: SnapshotManifest, { column, rows }: Omit<PlantedLeak, 'finds'>) {
    const part = async (key: string) => `read_parquet(${text(await this.#store.localPath(key))})`;
    const leak = column ? `, ${column.sql} AS leak` : '';
    const held = `(SELECT * FROM ${await part(keys.holdout)} h JOIN ${await part(keys.holdoutLabels)} l USING (flight_id))`;
    const extra = rows ? `UNION ALL BY NAME (${rows} FROM ${held} WHERE hash(flight_id) % 3 = 0)` : '';
    return {
      train: await this.#write(
        'train',
        `SELECT * ${leak} FROM (SELECT *, late AS y FROM ${await part(keys.train)} ${extra})`,
      ),
      validation: await this.#write(
        'validation',
        `SELECT * ${leak} FROM (SELECT *, late AS y FROM ${await part(keys.validation)})`,
      ),
      holdout: await this.#write('holdout', `SELECT * EXCLUDE (late) ${leak} FROM (SELECT *, late AS y FROM ${held})`),
      holdoutLabels: keys.holdoutLabels,
    };
  }

  async #write(name: string, sql: string): Promise<string> {
    const path = join(this.#folder, `${name}.parquet`);
    await withDatabase(this.#database, ({ run }) => run(`COPY (${sql}) TO ${text(path)} (FORMAT parquet)`));
    const key = `planted/${name}.parquet`;
    await this.#store.put(key, { path });
    return key;
  }
}
