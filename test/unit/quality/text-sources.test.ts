import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { duckdbProfiles } from '../../../src/profile/duckdb/profiles.ts';
import { mergeProfiles } from '../../../src/profile/merge.ts';
import { findQuality } from '../../../src/quality/find-quality.ts';
import { defaultRules } from '../../../src/quality/quality.ts';
import { snapshotOf, tripsModel, workspace, writeSource } from '../dataset/duckdb/workspace.ts';

const lastDay = '2024-03-20';

/** What is found in the last day of trips as CSV, once `spoil` has changed its text; the champion learned from the days before. */
async function foundIn(spoil: (text: string) => string) {
  const space = await workspace();
  const source = { format: 'csv', uri: 'source/{date}.csv' };
  const file = tripsModel({ source });
  await writeSource(`${space.folder}/source`, { format: 'csv' });
  const path = `${space.folder}/source/${lastDay}.csv`;
  await writeFile(path, spoil(await readFile(path, 'utf8')));
  const snapshot = await space.datasets.takeSnapshot(snapshotOf(space, file));
  const profiles = duckdbProfiles({
    store: space.store,
    tempFolder: `${space.folder}/temp`,
    memoryLimit: '512MB',
    threads: 2,
  });
  const reference = await profiles.profileReference({ file, base: space.folder, snapshot });
  const profile = await profiles.profilePartition({ file, base: space.folder, day: lastDay, reference });
  const days = [{ day: lastDay, profile }];
  const current = mergeProfiles(profile === null ? [] : [profile]);
  const rules = { ...defaultRules, rowsAtLeast: 10 };
  const asOf = '2024-03-21T06:00:00.000Z';
  return findQuality({ data: file.data, reference, current, days, history: [], rules, asOf });
}

test('a sound day of CSV has no fault: that all of its columns are text is none', async () => {
  expect(await foundIn((text) => text)).toEqual([]);
});

test('texts in a column of numbers are shown', async () => {
  // The third value of a row is the wind.
  const found = await foundIn((text) => text.replaceAll(/^(trip-\d+,[^,]+,)[^,]+,/gm, '$1n/a,'));
  expect(found).toMatchObject([{ code: 'unreadable-values', column: 'wind', severity: 'critical' }]);
  expect(found[0]?.says).toContain('such as "n/a"');
});

test('times with a zone are read as what they say, and a fault beside times without; those that are no time are misplaced', async () => {
  const zoned = await foundIn((text) => text.replaceAll(/(trip-\d+[02468],2024-03-20 )1(\d):30:00/g, '$11$2:30:00+00'));
  expect(zoned).toMatchObject([{ code: 'mixed-time-zones', severity: 'critical', column: null }]);
  expect(zoned[0]?.says).toMatch(/^\d+ rows tell the time zone of their time, \d+ do not and are read as UTC/);
  expect(await foundIn((text) => text.replaceAll(/(trip-\d+,[^,]+:00),/g, '$1Z,'))).toEqual([]);
  const broken = await foundIn((text) => text.replaceAll(/(trip-\d+[02468],)2024-03-20 /g, '$120.3. '));
  expect(broken).toMatchObject([{ code: 'misplaced-rows', severity: 'critical' }]);
  expect(broken[0]?.says).toContain('12 hold no time');
});
