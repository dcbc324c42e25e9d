import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Datasets } from '../src/dataset/dataset.ts';
import { snapshotKeys } from '../src/dataset/manifest.ts';
import type { ModelFile, SnapshotStage } from '../src/plan/schema.ts';
import type { Registry } from '../src/registry/registry.ts';
import type { SnapshotRef } from '../src/training/request.ts';
import { heartbeating, translateErrors } from './failure.ts';

export function createDatasetActivities({
  datasets,
  registry,
}: {
  readonly datasets: Datasets;
  readonly registry: Registry;
}) {
  return translateErrors({
    async takeSnapshot(request: {
      readonly run: string;
      readonly plan: { readonly file: ModelFile; readonly base: string };
      readonly asOf: string;
      readonly spec: SnapshotStage;
    }): Promise<SnapshotRef> {
      const { file, base } = request.plan;
      const workFolder = await mkdtemp(join(tmpdir(), 'perennial-snapshot-'));
      try {
        const { window, holdout, validation } = request.spec;
        const manifest = await heartbeating(() =>
          datasets.takeSnapshot({
            file,
            base,
            asOf: request.asOf,
            window,
            holdout,
            validation,
            keep: hiddenColumns(file),
            workFolder,
          }),
        );
        const key = snapshotKeys(file.model, manifest.id).manifest;
        await registry.addSnapshot({ id: manifest.id, model: file.model, run: request.run, key, manifest });
        return { id: manifest.id, key, rows: manifest.rows };
      } finally {
        await rm(workFolder, { recursive: true, force: true });
      }
    },
  });
}

/** What the hold-out is sliced and weighed by, beyond the features. */
function hiddenColumns(file: ModelFile): string[] {
  const slices = Object.values(file.plan).flatMap((stage) => (stage.kind === 'evaluate' ? stage.slices : []));
  const { segmentBy, weight } = file.data;
  return [...new Set([...slices, ...(segmentBy ? [segmentBy] : []), ...(weight === undefined ? [] : [weight])])];
}
