import type { ObjectStore } from '../src/artifacts/object-store.ts';
import type { ColumnTable, Datasets, SnapshotManifest } from '../src/dataset/dataset.ts';

/** The hold-out, joined by id with what no trainer has seen: labels and slice columns. */
export async function readHoldout(
  { datasets, store }: { readonly datasets: Datasets; readonly store: ObjectStore },
  { keys }: SnapshotManifest,
  id: string,
): Promise<ColumnTable> {
  const read = async (key: string) => await datasets.readParquet(await store.localPath(key));
  const [rows, hidden] = await Promise.all([read(keys.holdout), read(keys.holdoutLabels)]);
  const position = new Map((hidden.columns[id] ?? []).map((each, row) => [each, row]));
  const order = (rows.columns[id] ?? []).map((each) => position.get(each) ?? -1);
  const joined = Object.entries(hidden.columns).map(([name, values]) => [
    name,
    order.map((row) => values[row] ?? null),
  ]);
  return { rows: rows.rows, columns: { ...Object.fromEntries(joined), ...rows.columns } };
}
