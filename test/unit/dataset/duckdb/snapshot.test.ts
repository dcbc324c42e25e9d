import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ColumnTable, SnapshotManifest } from '../../../../src/dataset/dataset.ts';
import {
  columns,
  type Format,
  query,
  snapshotOf,
  tripsModel,
  unlabelled,
  workspace,
  writeSource,
} from './workspace.ts';

type Space = Awaited<ReturnType<typeof workspace>>;

async function readParts(
  { datasets }: Space,
  { keys }: SnapshotManifest,
): Promise<Record<keyof typeof keys, ColumnTable>> {
  const [train, validation, holdout, holdoutLabels] = await Promise.all(
    [keys.train, keys.validation, keys.holdout, keys.holdoutLabels].map((key) => datasets.readParquet(key)),
  );
  if (!train || !validation || !holdout || !holdoutLabels) throw new Error('a part is missing');
  return { train, validation, holdout, holdoutLabels };
}

describe('a snapshot', () => {
  test('splits the labelled rows by time, each part in order and after the one before', async () => {
    const space = await workspace();
    await writeSource(join(space.folder, 'source'));
    const manifest = await space.datasets.takeSnapshot(snapshotOf(space));
    const parts = await readParts(space, manifest);
    const times = [parts.train, parts.validation, parts.holdout].map((part) => part.columns.departure as string[]);
    for (const part of times) expect(part).toEqual(part.toSorted());
    const [train = [], validation = [], holdout = []] = times;
    expect(train[0]).toBe('2024-03-02T00:30:00.000Z');
    expect(train.at(-1)?.localeCompare(validation[0] ?? '')).toBe(-1);
    expect(validation.at(-1)?.localeCompare(holdout[0] ?? '')).toBe(-1);
    expect(holdout.at(-1)).toBe('2024-03-18T23:30:00.000Z');
    expect(manifest.rows).toEqual({ train: train.length, validation: validation.length, holdout: holdout.length });
    expect(parts.holdoutLabels.columns.trip).toEqual(parts.holdout.columns.trip);
  });

  test('leaves out and counts rows whose label is missing or too young', async () => {
    const space = await workspace();
    await writeSource(join(space.folder, 'source'));
    const { rows, unlabelled } = await space.datasets.takeSnapshot(snapshotOf(space));
    // 18 days of hours are observed; of the 17 days that are mature, every 17th row has no label.
    const mature = Array.from({ length: 17 * 24 }, (_, hour) => 24 + hour);
    const labelled = mature.filter((hour) => hour % 17 !== 0).length;
    expect(rows.train + rows.validation + rows.holdout).toBe(labelled);
    expect(unlabelled).toBe(18 * 24 - labelled);
  });

  test('shows trainers the id, time, features and label only, and the hold-out without the label', async () => {
    const space = await workspace();
    await writeSource(join(space.folder, 'source'));
    const file = tripsModel({
      features: { wind: { type: 'numeric' }, tail: { type: 'categorical' } },
      sensitive: ['tail'],
    });
    const manifest = await space.datasets.takeSnapshot({ ...snapshotOf(space, file), keep: ['region'] });
    const parts = await readParts(space, manifest);
    expect(Object.keys(parts.train.columns)).toEqual(['trip', 'departure', 'wind', 'late']);
    expect(Object.keys(parts.validation.columns)).toEqual(['trip', 'departure', 'wind', 'late']);
    expect(Object.keys(parts.holdout.columns)).toEqual(['trip', 'departure', 'wind']);
    expect(Object.keys(parts.holdoutLabels.columns)).toEqual(['trip', 'late', 'region']);
  });

  test('keeps a sensitive column only where it is asked for, beside the labels that no trainer sees', async () => {
    const space = await workspace();
    await writeSource(join(space.folder, 'source'));
    const manifest = await space.datasets.takeSnapshot({ ...snapshotOf(space), keep: ['tail'] });
    const parts = await readParts(space, manifest);
    expect(parts.holdoutLabels.columns.tail?.[0]).toMatch(/^N\d+$/);
    for (const part of [parts.train, parts.validation, parts.holdout]) expect(part.columns.tail).toBeUndefined();
  });

  test('counts a day without a file as missing, and takes the rest', async () => {
    const space = await workspace();
    const late = "strftime(moment, '%Y-%m-%d') NOT IN ('2024-03-05', '2024-03-18', '2024-03-19')";
    await writeSource(join(space.folder, 'source'), { where: late });
    const manifest = await space.datasets.takeSnapshot(snapshotOf(space));
    // 19 March lies after the hold-out: its labels would not be mature.
    expect(manifest.missingDays).toEqual(['2024-03-05', '2024-03-18']);
  });

  test('reads a source that is not split by day by its times', async () => {
    const space = await workspace();
    await writeSource(join(space.folder, 'source'));
    await writeSource(join(space.folder, 'whole'), { split: false });
    const byDay = await space.datasets.takeSnapshot(snapshotOf(space));
    const file = tripsModel({ source: { format: 'parquet', uri: 'file:whole/*.parquet' } });
    const whole = await space.datasets.takeSnapshot(snapshotOf(space, file));
    expect(whole.id).toBe(byDay.id);
    expect(whole.missingDays).toEqual([]);
  });
});

describe('the id of a snapshot', () => {
  test('is the same for the same rows, in any format and file layout', async () => {
    const ids = new Set<string>();
    for (const format of ['parquet', 'csv', 'json'] satisfies Format[]) {
      const space = await workspace();
      await writeSource(join(space.folder, 'source'), { format, split: format !== 'csv' });
      const uri = format === 'csv' ? 'source/all.csv' : `source/{date}.${format}`;
      const manifest = await space.datasets.takeSnapshot(snapshotOf(space, tripsModel({ source: { format, uri } })));
      expect(manifest.schema.map(({ type }) => type)).toEqual([
        'VARCHAR',
        'TIMESTAMP',
        'DOUBLE',
        'DOUBLE',
        'VARCHAR',
        'BIGINT',
      ]);
      ids.add(manifest.id);
    }
    expect(ids.size).toBe(1);
  });

  test('does not depend on the number of threads or on the order of rows in the files', async () => {
    const ids = new Set<string>();
    for (const { threads, order } of [
      { threads: 1, order: 'trip' },
      { threads: 4, order: 'hash(trip)' },
    ]) {
      const space = await workspace({ threads });
      const source = join(space.folder, 'source');
      await writeSource(source, { split: false });
      const sorted = `SELECT * FROM '${join(source, 'all.parquet')}' ORDER BY ${order}`;
      await query((run) => run(`COPY (${sorted}) TO '${join(source, 'sorted.parquet')}' (ROW_GROUP_SIZE 2048)`));
      const file = tripsModel({ source: { format: 'parquet', uri: 'source/sorted.parquet' } });
      const manifest = await space.datasets.takeSnapshot(snapshotOf(space, file));
      ids.add(manifest.id);
      const { trip = [] } = (await space.datasets.readParquet(manifest.keys.train, ['trip'])).columns;
      expect(trip).toEqual(trip.toSorted());
    }
    expect(ids.size).toBe(1);
  });

  test.each([
    ['a value', columns.replace('/ 4', '/ 4.0000001')],
    ['a label', columns.replace('> 25', '> 24')],
    ['an empty text where there was none', columns.replace('THEN NULL ELSE chr', "THEN '' ELSE chr")],
  ])('differs when %s differs', async (_, select) => {
    const space = await workspace();
    await writeSource(join(space.folder, 'source'));
    const before = await space.datasets.takeSnapshot(snapshotOf(space));
    await writeSource(join(space.folder, 'source'), { select });
    const after = await space.datasets.takeSnapshot(snapshotOf(space));
    expect(after.id).not.toBe(before.id);
  });
});

describe('taking a snapshot again', () => {
  test('answers the stored manifest and writes nothing', async () => {
    const space = await workspace();
    await writeSource(join(space.folder, 'source'));
    const first = await space.datasets.takeSnapshot(snapshotOf(space));
    const keys = await space.store.list('');
    expect(await space.datasets.takeSnapshot(snapshotOf(space))).toEqual(first);
    expect(await space.store.list('')).toEqual(keys);
    expect(keys).toEqual([...Object.values(first.keys), keys.find((key) => key.endsWith('snapshot.json'))].sort());
  });

  test('heals one that died between two parts, of which nothing was visible', async () => {
    let puts = 0;
    const space = await workspace({
      store: (store) => ({
        ...store,
        put: (key, content, options) => {
          puts += 1;
          if (puts === 3) throw new Error('the machine went away');
          return store.put(key, content, options);
        },
      }),
    });
    await writeSource(join(space.folder, 'source'));
    await expect(space.datasets.takeSnapshot(snapshotOf(space))).rejects.toThrow('went away');
    const left = await space.store.list('');
    expect(left).toHaveLength(2);
    expect(left.some((key) => key.endsWith('snapshot.json'))).toBe(false);
    const manifest = await space.datasets.takeSnapshot(snapshotOf(space));
    const parts = await readParts(space, manifest);
    expect(parts.holdout.rows).toBe(manifest.rows.holdout);
  });

  test('leaves no working files behind', async () => {
    const space = await workspace();
    await writeSource(join(space.folder, 'source'));
    await space.datasets.takeSnapshot(snapshotOf(space));
    expect(await readdir(space.workFolder)).toEqual([]);
    expect(await readdir(join(space.folder, 'temp'))).toEqual([]);
  });
});

describe('labels', () => {
  test.each([
    ['binary-classification', 'i % 3 = 0', 'BIGINT', [0, 1]],
    ['binary-classification', "CASE WHEN i % 3 = 0 THEN 'True' ELSE 'False' END", 'BIGINT', [0, 1]],
    ['binary-classification', 'CAST(i % 3 = 0 AS DOUBLE)', 'BIGINT', [0, 1]],
    ['multiclass-classification', 'CAST(i % 3 AS VARCHAR)', 'BIGINT', [0, 1, 2]],
    ['multiclass-classification', "'0' || (i % 3)", 'VARCHAR', ['00', '01', '02']],
    ['multiclass-classification', "CASE WHEN i % 3 = 0 THEN 'bus' ELSE 'tram' END", 'VARCHAR', ['bus', 'tram']],
    ['regression', 'CAST(i % 2 AS DECIMAL(9,2)) / 2', 'DOUBLE', [0, 0.5]],
  ] as const)('of %s from %s become %s', async (task, sql, type, values) => {
    const space = await workspace();
    await writeSource(join(space.folder, 'source'), { select: `${unlabelled}, ${sql} AS late` });
    const manifest = await space.datasets.takeSnapshot(snapshotOf(space, tripsModel({}, task)));
    expect(manifest.schema.find(({ name }) => name === 'late')?.type).toBe(type);
    const train = await space.datasets.readParquet(manifest.keys.train, ['late']);
    expect(new Set(train.columns.late)).toEqual(new Set<unknown>(values));
  });
});
