import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { StoredProfiles } from '../../../activities/stored-profiles.ts';
import { filesystemStore } from '../../../src/artifacts/filesystem/store.ts';
import { type ColumnGroup, groupsOf } from '../../../src/profile/column-groups.ts';
import { duckdbProfiles } from '../../../src/profile/duckdb/profiles.ts';
import type { Profiles } from '../../../src/profile/profiles.ts';
import { columns, snapshotOf, tripsModel, workspace, writeSource } from '../dataset/duckdb/workspace.ts';

const day = '2024-03-19';

/** A source of so many numbers beside the model's own three columns, a champion's reference, and what was asked of the profiles. */
async function place(numbers: number) {
  const wide = Array.from({ length: numbers }, (_, at) => `wide_${at}`);
  const space = await workspace();
  const store = filesystemStore(join(space.folder, 'store'));
  const select = [columns, ...wide.map((name, at) => `(i * ${at + 3}) % 101 AS ${name}`)].join(', ');
  await writeSource(join(space.folder, 'source'), { select });
  const added = Object.fromEntries(wide.map((name) => [name, { type: 'numeric' }]));
  const file = tripsModel({
    features: { ...added, wind: { type: 'numeric' }, hour: { type: 'numeric' }, carrier: { type: 'categorical' } },
  });
  const snapshot = await space.datasets.takeSnapshot(snapshotOf(space, file));
  const made: (ColumnGroup | 'whole')[] = [];
  const inDuckdb = duckdbProfiles({ store, tempFolder: join(space.folder, 'temp'), threads: 1 });
  const profiles: Profiles = {
    ...inDuckdb,
    profilePartition: (request) => {
      made.push(request.of ?? 'whole');
      return inDuckdb.profilePartition(request);
    },
  };
  const source = { file, base: space.folder };
  /** Another one each time, as in another worker. */
  const stored = () => new StoredProfiles({ store, profiles, source });
  const reference = await stored().reference(snapshot);
  const whole = await inDuckdb.profilePartition({ ...source, day, reference });
  const days = async () =>
    (await store.list('models/trips/profiles/'))
      .filter((key) => key.includes('/days/'))
      .map((key) => key.slice(key.indexOf('/days/') + 6));
  return { ...space, stored, reference, whole, made, days, groups: groupsOf(file) };
}

it('a day of 450 columns is profiled in three groups by any workers, and joined to what one would have made', async () => {
  const { stored, reference, whole, made, days, groups } = await place(447);
  expect(groups).toBe(3);
  // In any order, and twice, as when a worker dies before it can say that it has done its part.
  for (const group of [2, 0, 1, 2]) await stored().group(reference, day, { group, groups });
  expect(made).toEqual([2, 0, 1].map((group) => ({ group, groups })));
  expect(await days()).toHaveLength(3);
  await stored().join(reference, day, groups);
  await stored().join(reference, day, groups);
  await stored().group(reference, day, { group: 1, groups });
  expect(made).toHaveLength(3);
  expect(await days()).toEqual([expect.stringMatching(/^2024-03-19-\w+\.json$/)]);
  const joined = await stored().day(reference, day);
  expect(joined).toEqual(JSON.parse(JSON.stringify(whole)));
  expect(Object.keys(joined?.columns ?? {})).toEqual(Object.keys(whole?.columns ?? {}));
  expect(made).toHaveLength(3);
  expect(await stored().missing(reference, [day])).toEqual([]);
});

it('a group that is not there when a day is joined is made; a day without a file has no groups', async () => {
  const { stored, reference, whole, made, days, folder } = await place(0);
  const groups = 3;
  await stored().group(reference, day, { group: 1, groups });
  await stored().join(reference, day, groups);
  expect(made).toEqual([1, 0, 2].map((group) => ({ group, groups })));
  expect(await stored().day(reference, day)).toEqual(JSON.parse(JSON.stringify(whole)));
  for (const file of await readdir(join(folder, 'source'))) await rm(join(folder, 'source', file));
  await stored().group(reference, '2024-03-18', { group: 0, groups });
  await stored().join(reference, '2024-03-18', groups);
  expect(await days()).toHaveLength(1);
});
