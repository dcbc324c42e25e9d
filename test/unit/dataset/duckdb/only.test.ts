import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { duckdbProfiles } from '../../../../src/profile/duckdb/profiles.ts';
import { snapshotOf, tripsModel, workspace, writeSource } from './workspace.ts';

const north = tripsModel({ only: { column: 'region', equals: 'north' } });
const window = { from: '2024-03-05T00:00:00Z', to: '2024-03-07T00:00:00Z' };
const asOf = '2024-03-07T00:00:00Z';

describe('a model of some rows only', () => {
  test('sees no others in windows, snapshots and profiles', async () => {
    const space = await workspace();
    const { folder, datasets, store } = space;
    await writeSource(join(folder, 'source'));
    const { table } = await datasets.readWindow({ file: north, base: folder, window, asOf });
    expect(table.rows).toBe(24);
    expect(new Set(table.columns.hour)).toEqual(new Set([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22]));

    const some = await datasets.takeSnapshot(snapshotOf(space, north));
    const all = await datasets.takeSnapshot(snapshotOf(space));
    expect(Math.abs(some.rows.holdout - all.rows.holdout / 2)).toBeLessThan(1);
    expect(some.id).not.toBe(all.id);

    const profiles = duckdbProfiles({ store, tempFolder: join(folder, 'temp'), memoryLimit: '512MB', threads: 2 });
    const reference = await profiles.profileReference({ file: north, base: folder, snapshot: some });
    const day = await profiles.profilePartition({ file: north, base: folder, day: '2024-03-05', reference });
    expect(day?.rows).toBe(12);
  });

  test('says which column is missing that would tell the rows apart', async () => {
    const { folder, datasets } = await workspace();
    await writeSource(join(folder, 'source'));
    const file = tripsModel({ only: { column: 'regoin', equals: 'north' } });
    await expect(datasets.readWindow({ file, base: folder, window, asOf })).rejects.toMatchObject({
      code: 'PRN-DATASET-004',
      message: expect.stringContaining('did you mean "region"'),
    });
  });
});
