import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { standardReport } from '../../../activities/standard-set.ts';
import { filesystemStore } from '../../../src/artifacts/filesystem/store.ts';
import type { ColumnTable, Datasets, SnapshotManifest } from '../../../src/dataset/dataset.ts';
import type { FeatureBatch, Predictor } from '../../../src/gateway/predictor.ts';
import type { ModelFile } from '../../../src/plan/schema.ts';
import type { Registry, VersionRecord } from '../../../src/registry/registry.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perennial-standard-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('the standard set', () => {
  it('is frozen by the first run that asks, whatever becomes of the source, and shows what versions have seen of it', async () => {
    const world = await makeWorld('frozen');
    const first = await standardReport(world.deps, world.request);
    expect(first).toMatchObject({ rows: 3, from: '2013-01-01T10:00:00.000Z', to: '2013-01-03T10:00:00.000Z' });
    expect(first?.versions).toMatchObject([{ version: 1, metrics: { auc: 1, accuracy: 1 }, seenInTraining: 2 / 3 }]);
    world.source.columns.x = [0.9, 0.1, 0.9, 0.1];
    expect(await standardReport(world.deps, world.request)).toEqual(first);
  });

  it('is another one under another definition', async () => {
    const world = await makeWorld('other');
    const first = await standardReport(world.deps, world.request);
    world.source.columns.x = [0.9, 0.1, 0.9, 0.1];
    const data = { ...world.request.data, standard: { from: '2013-01-01', to: '2013-02-02' } };
    const second = await standardReport(world.deps, { ...world.request, data });
    expect(second?.id).not.toBe(first?.id);
    expect(second?.versions[0]?.metrics.auc).toBe(0);
  });

  it('is refused without a labelled row, and nothing is kept of it', async () => {
    const world = await makeWorld('empty');
    world.source.columns.late = [null, null, null, null];
    await expect(standardReport(world.deps, world.request)).rejects.toMatchObject({ code: 'PRN-EVALUATION-009' });
    world.source.columns.late = [0, 1, 0, 1];
    expect((await standardReport(world.deps, world.request))?.rows).toBe(4);
  });

  it('is nothing for a model that names none', async () => {
    const world = await makeWorld('none');
    const data = { ...world.request.data, standard: undefined };
    expect(await standardReport(world.deps, { ...world.request, data })).toBeUndefined();
  });
});

/** A model that answers its feature; the last row has no label yet. */
async function makeWorld(name: string) {
  const store = filesystemStore(join(folder, name));
  const days = ['01', '02', '03', '04'].map((day) => `2013-01-${day}T10:00:00.000Z`);
  const source: { rows: number; columns: Record<string, (number | string | null)[]> } = {
    rows: 4,
    columns: { id: ['a', 'b', 'c', 'd'], at: days, late: [0, 1, 0, null], x: [0.1, 0.9, 0.2, 0.5] },
  };
  const windows = { train: { from: '2013-01-01T00:00:00.000Z' }, validation: { to: '2013-01-03T00:00:00.000Z' } };
  await store.put('models/m/snapshots/s1/snapshot.json', Buffer.from(JSON.stringify({ windows })));
  const data = {
    ...{ id: 'id', time: 'at', label: { column: 'late' }, source: { format: 'parquet', uri: 'x' } },
    standard: { from: '2013-01-01', to: '2013-02-01' },
  } as unknown as ModelFile['data'];
  const signature = { task: 'binary-classification', features: [{ name: 'x', type: 'numeric' }], classes: [0, 1] };
  const version = { model: 'm', version: 1, snapshot: 's1', artifact: 'a1', signature } as unknown as VersionRecord;
  const predictor: Predictor = {
    predict: async ({ rows, columns }: FeatureBatch) => ({
      ...{ rows, width: 1 },
      values: Float32Array.from(columns.x ?? [], Number),
    }),
    close: async () => undefined,
  };
  return {
    source,
    deps: {
      store,
      datasets: {
        readWindow: async () => ({ table: structuredClone(source) as ColumnTable }),
      } as unknown as Datasets,
      registry: { model: async () => ({ plan: { file: {}, base: '/' } }) } as unknown as Registry,
    },
    request: {
      ...{ model: 'm', task: 'binary-classification' as const, data },
      manifest: {} as SnapshotManifest,
      versions: [{ version, predictor }],
    },
  };
}
