import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, it } from 'vitest';
import { createCheckActivities, type MeasuredCheck } from '../../../activities/check.ts';
import { createProfileActivities } from '../../../activities/profiles.ts';
import { filesystemStore } from '../../../src/artifacts/filesystem/store.ts';
import type { CheckReport } from '../../../src/monitor/report.ts';
import { duckdbProfiles } from '../../../src/profile/duckdb/profiles.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import { duckdbObserver } from '../../../src/rollout/duckdb/observe.ts';
import { snapshotOf, tripsModel, workspace, writeSource } from '../dataset/duckdb/workspace.ts';

const day = '2024-03-19';

type Checks = Parameters<typeof createCheckActivities>[0];

/** A champion of 16 days; `spoil` makes a day after them unreadable. The check gets no further than to it. */
async function checked(format: 'parquet' | 'csv', spoil: (path: string) => Promise<void>) {
  const space = await workspace();
  const store = filesystemStore(join(space.folder, 'store'));
  await writeSource(join(space.folder, 'source'), { format });
  const file = tripsModel({ source: { format, uri: `source/{date}.${format}` } });
  const snapshot = await space.datasets.takeSnapshot(snapshotOf(space, file));
  const version = { model: 'trips', version: 1, candidate: 'linear', snapshot: snapshot.id };
  const registry = {
    model: async () => ({ plan: { file, base: space.folder } }),
    route: async () => ({ stable: 1 }),
    version: async () => version,
  } as unknown as Registry;
  const profiles = duckdbProfiles({ store, tempFolder: join(space.folder, 'temp'), threads: 1 });
  const heldBack = duckdbObserver({ store, now: () => new Date('2024-03-20T08:00:00.000Z') });
  const [trainServe, loadPredictor] = [
    {} as Checks['trainServe'],
    (() => undefined) as unknown as Checks['loadPredictor'],
  ];
  const deps: Checks = {
    datasets: space.datasets,
    profiles,
    trainServe,
    registry,
    store,
    loadPredictor,
    heldBack,
  };
  await spoil(join(space.folder, 'source', `${day}.${format}`));
  const request = { model: 'trips', asOf: '2024-03-20T08:00:00.000Z' };
  const { profileDays } = createProfileActivities(deps);
  await new MockActivityEnvironment().run(() => profileDays({ model: 'trips', days: [day] }));
  const { measureCheck } = createCheckActivities(deps);
  const measured = (await new MockActivityEnvironment().run(() => measureCheck(request))) as MeasuredCheck;
  const report = JSON.parse(Buffer.from(await store.get(measured.evidence ?? '')).toString()) as CheckReport;
  return { measured, report };
}

it.each([
  [
    'that is cut off',
    'parquet',
    (path: string) => truncate(path, 900),
    /2024-03-19\.parquet cannot be read: it is cut off/,
  ],
  [
    'with another delimiter',
    'csv',
    (path: string) => writeFile(path, 'trip;departure;wind\na;2024-03-19T01:00:00Z;3\n'),
    /no column "departure"/,
  ],
  [
    'that names a column twice',
    'csv',
    (path: string) => writeFile(path, 'trip,departure,wind,wind\na,2024-03-19T01:00:00Z,3,4\n'),
    /names the column "wind" twice/,
  ],
] as const)(
  'a check tells of a file %s as a critical finding, and says nothing of drift',
  async (_, format, spoil, says) => {
    const { measured, report } = await checked(format, spoil);
    expect(measured.verdict).toBe('alarm');
    expect(measured.summary).toMatch(says);
    expect(report.findings).toMatchObject([{ kind: 'quality', code: 'unreadable-partition', severity: 'critical' }]);
    expect(report).toMatchObject({
      alarm: true,
      columns: [],
      judged: [],
      current: { from: '2024-03-13T00:00:00.000Z', rows: 0 },
    });
  },
);
