import type { ColumnTable, SnapshotManifest } from '../src/dataset/dataset.ts';
import { type DataFacts, dataFacts } from '../src/evaluation/gates-data.ts';
import { type ModelPicture, pictureOf } from '../src/evaluation/pictures.ts';
import type { Leak } from '../src/leakage/leak.ts';
import { conditionsOf } from '../src/plan/gate-metrics.ts';
import type { EvaluateStage, Task } from '../src/plan/schema.ts';
import type { Registry, VersionRecord } from '../src/registry/registry.ts';
import type { ScoredVersion } from './scoring.ts';

/** Of the snapshot, of the columns that gates name, of the newest check of the model's data. */
export async function factsFor(
  registry: Registry,
  { model, spec }: { readonly model: string; readonly spec: EvaluateStage },
  manifest: SnapshotManifest,
  table: ColumnTable,
  leaks: readonly Leak[],
): Promise<DataFacts> {
  const [newest] = await registry.checks(model, { limit: 1 });
  const named = conditionsOf(spec.gates).flatMap(({ column }) => (column === undefined ? [] : [column]));
  const columns = Object.fromEntries(named.map((column) => [column, table.columns[column] ?? []]));
  return dataFacts(manifest, columns, newest?.findings ?? null, leaks);
}

/** Curves of every version that answered, for its report: drawn from rows that nobody reads again later. */
export function picturesOf(
  judged: { readonly task: Task; readonly labels: ArrayLike<number> },
  scored: readonly (Pick<ScoredVersion, 'scores'> & { readonly version: VersionRecord })[],
): readonly ModelPicture[] {
  const pictures = scored.map(({ version, scores }) => pictureOf(version.version, judged, scores));
  return pictures.filter((picture) => picture !== null);
}
