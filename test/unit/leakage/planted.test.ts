import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LeakPlace } from '../../../bench/evaluation/leak-place.ts';
import { plantedLeaks } from '../../../bench/evaluation/planted-leaks.ts';
import type { SnapshotManifest } from '../../../src/dataset/dataset.ts';
import { flightsIn, haveFlights } from '../quality/flights.ts';

describe.skipIf(!haveFlights)('leaks that were planted into a snapshot of the flights', () => {
  let folder: string;
  let place: LeakPlace;
  let clean: SnapshotManifest;
  beforeAll(async () => {
    const { folder: own, flights } = await flightsIn('leaks');
    folder = own;
    place = new LeakPlace(flights, folder);
    clean = await place.snapshot('2013-02-02T00:00:00Z', 16);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('are none where nothing was planted', async () => {
    expect(await place.leaks(clean)).toEqual([]);
  });

  it.each(Object.entries(plantedLeaks))('are found: %s', async (_, planted) => {
    expect(await place.spoilt(clean, planted)).toContainEqual(expect.objectContaining(planted.finds));
  });

  it('are found: a feature that is served in other units than it is trained on', async () => {
    const found = await place.skewed('2013-01-20');
    expect(found).toMatchObject([{ code: 'train-serve-skew', column: 'temp', severity: 'critical' }]);
  });
});
