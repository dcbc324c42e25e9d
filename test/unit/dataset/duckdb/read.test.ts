import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { columns, query, tripsModel, workspace, writeSource } from './workspace.ts';

const window = { from: '2024-03-05T00:00:00Z', to: '2024-03-07T00:00:00Z' };
const asOf = '2024-03-07T00:00:00Z';

describe('a window', () => {
  test('has the id, time, features and label of its rows in the order of time', async () => {
    const { folder, datasets } = await workspace();
    await writeSource(join(folder, 'source'));
    const answer = await datasets.readWindow({ file: tripsModel(), base: folder, window, asOf });
    expect(answer).toMatchObject({ missingColumns: [], missingDays: [], duplicateIds: 0, table: { rows: 48 } });
    expect(Object.keys(answer.table.columns)).toEqual(['trip', 'departure', 'wind', 'hour', 'carrier', 'late']);
    expect(answer.table.columns.departure?.slice(0, 2)).toEqual([
      '2024-03-05T00:30:00.000Z',
      '2024-03-05T01:30:00.000Z',
    ]);
    expect(answer.table.columns.trip?.[0]).toBe('trip-00096');
    expect(answer.table.columns.hour?.slice(0, 3)).toEqual([0, 1, 2]);
    expect(answer.table.columns.wind?.[3]).toBeNull();
    expect(answer.table.columns.wind?.[0]).toBe(((96 * 37) % 41) / 4);
  });

  test('hides labels that have not matured', async () => {
    const { folder, datasets } = await workspace();
    await writeSource(join(folder, 'source'));
    const { table } = await datasets.readWindow({ file: tripsModel(), base: folder, window, asOf });
    const late = table.columns.late ?? [];
    // Hours 102 and 119 have no label at all.
    expect(
      late
        .slice(0, 24)
        .map((value, row) => (value === null ? row : -1))
        .filter((row) => row >= 0),
    ).toEqual([6, 23]);
    expect(new Set(late.slice(24))).toEqual(new Set([null]));
    expect(new Set(late)).toEqual(new Set([0, 1, null]));
  });

  test('reports columns and days that are gone, and ids that repeat', async () => {
    const { folder, datasets } = await workspace();
    const select = columns.replace('AS wind', 'AS gust').replace('CAST(i AS VARCHAR)', 'CAST(i // 2 AS VARCHAR)');
    await writeSource(join(folder, 'source'), { select, where: "strftime(moment, '%Y-%m-%d') <> '2024-03-06'" });
    const answer = await datasets.readWindow({ file: tripsModel(), base: folder, window, asOf });
    expect(answer).toMatchObject({ missingColumns: ['wind'], missingDays: ['2024-03-06'], duplicateIds: 12 });
    expect(answer.table.columns.wind).toBeUndefined();
  });

  test('is empty when none of its days has a file', async () => {
    const { folder, datasets } = await workspace();
    const answer = await datasets.readWindow({ file: tripsModel(), base: folder, window, asOf });
    expect(answer.table).toEqual({
      rows: 0,
      columns: { trip: [], departure: [], wind: [], hour: [], carrier: [], late: [] },
    });
    expect(answer.missingDays).toEqual(['2024-03-05', '2024-03-06']);
  });

  test('is an error when a source that is not split by day has no file', async () => {
    const { folder, datasets } = await workspace();
    const file = tripsModel({ source: { format: 'csv', uri: 'nowhere.csv' } });
    await expect(datasets.readWindow({ file, base: folder, window, asOf })).rejects.toMatchObject({
      code: 'PRN-DATASET-001',
    });
  });

  test('reads a number that became text as missing, where it is no number', async () => {
    const { folder, datasets } = await workspace();
    const select = columns.replace(
      'CAST(i % 24 AS BIGINT)',
      "CASE WHEN i % 2 = 0 THEN 'h' || i ELSE CAST(i AS VARCHAR) END",
    );
    await writeSource(join(folder, 'source'), { select });
    const { table } = await datasets.readWindow({ file: tripsModel(), base: folder, window, asOf });
    expect(table.columns.hour?.slice(0, 4)).toEqual([null, 97, null, 99]);
  });

  test('obeys offsets in time texts and takes texts without one as UTC', async () => {
    const { folder, datasets } = await workspace();
    await query((run) =>
      run(`COPY (SELECT * FROM (VALUES ('a', '2024-03-05T23:00:00-05:00'), ('b', '2024-03-05 23:00:00'), ('c', '2024-03-06T23:00:00Z'))
           AS v(trip, departure)) TO '${join(folder, 'texts.csv')}' (FORMAT csv, HEADER true)`),
    );
    const file = tripsModel({ source: { format: 'csv', uri: join(folder, 'texts.csv') } });
    const { table } = await datasets.readWindow({ file, base: '/nowhere', window, asOf });
    expect(table.columns).toMatchObject({
      trip: ['b', 'a', 'c'],
      departure: ['2024-03-05T23:00:00.000Z', '2024-03-06T04:00:00.000Z', '2024-03-06T23:00:00.000Z'],
    });
  });
});

describe('a Parquet file', () => {
  const values = `1::BIGINT AS big, true AS yes, 'x' AS word, 0.5::FLOAT AS half, 1.25::DECIMAL(9,2) AS price, 'nan'::DOUBLE AS nothing,
    TIMESTAMP '2024-03-05 01:02:03.456' AS moment, TIMESTAMPTZ '2024-03-05 01:00:00+02' AS zoned, DATE '2024-03-05' AS day, NULL::INTEGER AS gap`;

  test('is read into plain values', async () => {
    const { folder, datasets } = await workspace();
    const path = join(folder, 'values.parquet');
    await query((run) => run(`COPY (SELECT ${values}) TO '${path}'`));
    expect(await datasets.readParquet(path)).toEqual({
      rows: 1,
      columns: {
        big: [1],
        yes: [1],
        word: ['x'],
        half: [0.5],
        price: [1.25],
        nothing: [null],
        moment: ['2024-03-05T01:02:03.456Z'],
        zoned: ['2024-03-04T23:00:00.000Z'],
        day: ['2024-03-05'],
        gap: [null],
      },
    });
  });

  test('is read in part when columns are named, by its key in the store too', async () => {
    const { folder, datasets, store } = await workspace();
    await query((run) =>
      run(`COPY (SELECT range AS n, -range AS m FROM range(5000)) TO '${join(folder, 'n.parquet')}'`),
    );
    await store.put('some/n.parquet', { path: join(folder, 'n.parquet') });
    const { rows, columns: read } = await datasets.readParquet('some/n.parquet', ['m']);
    expect([rows, Object.keys(read), read.m?.[4999]]).toEqual([5000, ['m'], -4999]);
  });

  test('that lacks a named column is an error with a suggestion', async () => {
    const { folder, datasets } = await workspace();
    const path = join(folder, 'values.parquet');
    await query((run) => run(`COPY (SELECT ${values}) TO '${path}'`));
    await expect(datasets.readParquet(path, ['prise'])).rejects.toMatchObject({
      code: 'PRN-DATASET-004',
      message: expect.stringContaining('did you mean "price"'),
    });
  });
});
