import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ModelFile } from '../../../../src/plan/schema.ts';
import { duckdbProfiles } from '../../../../src/profile/duckdb/profiles.ts';
import type { NumericProfile, ReferenceProfile } from '../../../../src/profile/profile.ts';
import {
  columns,
  type Format,
  snapshotOf,
  tripsModel,
  unlabelled,
  workspace,
  writeSource,
} from '../../dataset/duckdb/workspace.ts';

const day = '2024-03-19';

async function place(file = tripsModel()) {
  const space = await workspace();
  await writeSource(join(space.folder, 'source'));
  const profiles = duckdbProfiles({ store: space.store, tempFolder: join(space.folder, 'temp'), threads: 2 });
  const snapshot = await space.datasets.takeSnapshot(snapshotOf(space, tripsModel()));
  const base = space.folder;
  const reference = await profiles.profileReference({ file, base, snapshot });
  return { ...space, base, profiles, reference, snapshot, file };
}

function numeric(
  { columns: all }: { readonly columns: ReferenceProfile['whole']['columns'] },
  name: string,
): NumericProfile {
  const column = all[name];
  if (column?.kind !== 'numeric') throw new Error(`${name} is no number`);
  return column;
}

const inFormat = (format: Format): ModelFile => tripsModel({ source: { format, uri: `source/{date}.${format}` } });

describe('a reference', () => {
  it('holds the training rows, whole and day by day, and the types of the source', async () => {
    const { reference, snapshot } = await place();
    expect(reference.whole.rows).toBe(snapshot.rows.train);
    expect(reference.days.reduce((sum, { rows }) => sum + rows, 0)).toBe(snapshot.rows.train);
    const { hour, carrier, wind } = reference.whole.columns;
    expect(hour).toMatchObject({ kind: 'numeric', min: 0, max: 23, missing: 0, integers: snapshot.rows.train });
    expect(carrier).toMatchObject({ kind: 'categorical', distinct: 3 });
    expect((wind?.present ?? 0) + (wind?.missing ?? 0)).toBe(snapshot.rows.train);
    expect(reference.whole.schema.find(({ name }) => name === 'hour')?.type).toBe('BIGINT');
    const scores = reference.days.map(({ rows, columns: own }) => rows * (own.hour?.meanRank ?? 0));
    expect(scores.reduce((sum, score) => sum + score, 0) / snapshot.rows.train).toBeCloseTo(0.5, 9);
  });

  it('has one name for the same snapshot and features, and another for others', async () => {
    const { profiles, base, snapshot, file, reference } = await place();
    expect((await profiles.profileReference({ file, base, snapshot })).id).toBe(reference.id);
    const fewer = tripsModel({ features: { hour: { type: 'numeric' } } });
    expect((await profiles.profileReference({ file: fewer, base, snapshot })).id).not.toBe(reference.id);
  });
});

describe('a day', () => {
  it('is the same whatever format it is written in', async () => {
    const { profiles, base, reference, folder, file } = await place();
    const parquet = await profiles.profilePartition({ file, base, day, reference });
    expect(parquet?.rows).toBe(24);
    for (const format of ['csv', 'json'] as const) {
      await writeSource(join(folder, 'source'), { format });
      const same = await profiles.profilePartition({ file: inFormat(format), base, day, reference });
      expect(same?.columns).toEqual(parquet?.columns);
    }
  });

  it('without a file has no profile and no digest', async () => {
    const { profiles, base, reference, file } = await place();
    expect(await profiles.profilePartition({ file, base, day: '2025-01-01', reference })).toBeNull();
    expect((await profiles.digestPartitions({ file, base, days: ['2025-01-01'] })).get('2025-01-01')).toBeNull();
  });

  it('tells what is missing, unreadable, misplaced and repeated', async () => {
    const { profiles, base, reference, folder, file } = await place();
    const select = columns
      .replace(
        /CASE WHEN i % 11[^,]+ AS wind/,
        "CASE WHEN i % 24 < 3 THEN 'calm' WHEN i % 24 < 5 THEN NULL ELSE '2.5' END AS wind",
      )
      .replace("'trip-' || lpad(CAST(i AS VARCHAR), 5, '0')", "'trip-' || (i // 2)")
      .replace(
        '+ to_hours(CAST(i AS INTEGER)) AS departure',
        '+ to_hours(CAST(CASE WHEN i % 24 = 23 THEN 0 ELSE i END AS INTEGER)) AS departure',
      );
    await writeSource(join(folder, 'source'), { select });
    const profile = await profiles.profilePartition({ file, base, day, reference });
    expect(profile).toMatchObject({ rows: 23, misplaced: 1, duplicateIds: 11 });
    expect(profile?.columns.wind).toMatchObject({ unreadable: 3, missing: 2, present: 18 });
    expect(profile === null ? [] : numeric(profile, 'wind').bins.reduce((sum, count) => sum + count, 0)).toBe(18);
  });

  it('that lacks a column has no entry for it, and names that are new are kept', async () => {
    const { profiles, base, reference, folder, file } = await place();
    const select = `${unlabelled}, 1 AS late`
      .replace('chr(CAST(65', 'chr(CAST(75')
      .replace(/CAST\(i % 24 AS BIGINT\) AS hour,/, '');
    await writeSource(join(folder, 'source'), { select });
    const profile = await profiles.profilePartition({ file, base, day, reference });
    expect(Object.keys(profile?.columns ?? {})).toEqual(['wind', 'carrier']);
    const carrier = profile?.columns.carrier;
    expect(carrier?.kind === 'categorical' && Object.keys(carrier.counts).sort()).toEqual([
      'A',
      'B',
      'C',
      'K',
      'L',
      'M',
    ]);
  });

  it('has another digest when its file has changed', async () => {
    const { profiles, base, folder, file } = await place();
    const before = (await profiles.digestPartitions({ file, base, days: [day] })).get(day);
    expect((await profiles.digestPartitions({ file, base, days: [day] })).get(day)).toBe(before);
    await utimes(join(folder, 'source', `${day}.parquet`), new Date(), new Date());
    expect((await profiles.digestPartitions({ file, base, days: [day] })).get(day)).not.toBe(before);
  });
});

describe('a sample of rows', () => {
  it('holds the same rows each time, evenly over the time, of the training part or of days of the source', async () => {
    const { profiles, base, snapshot, file } = await place();
    const request = { file, base, columns: ['hour', 'carrier', 'unknown'] };
    const all = await profiles.sampleRows({ ...request, of: snapshot, atMost: 1_000_000 });
    expect(all.rows).toBe(snapshot.rows.train);
    expect(Object.keys(all.columns)).toEqual(['hour', 'carrier']);
    const few = await profiles.sampleRows({ ...request, of: snapshot, atMost: 100 });
    expect(few.rows).toBeGreaterThan(50);
    expect(few.rows).toBeLessThanOrEqual(100);
    expect(await profiles.sampleRows({ ...request, of: snapshot, atMost: 100 })).toEqual(few);
    const window = { from: `${day}T00:00:00.000Z`, to: '2024-03-20T00:00:00.000Z' };
    const source = await profiles.sampleRows({ ...request, of: window, atMost: 1_000 });
    expect(source.columns.hour).toEqual(Array.from({ length: 24 }, (_, hour) => hour));
  });

  it('has none where the source has no file', async () => {
    const { profiles, base, file } = await place();
    const window = { from: '2025-01-01T00:00:00.000Z', to: '2025-01-02T00:00:00.000Z' };
    expect((await profiles.sampleRows({ file, base, columns: ['hour'], of: window, atMost: 10 })).rows).toBe(0);
  });
});
