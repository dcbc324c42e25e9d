import type { ColumnSchema, SnapshotManifest } from './dataset.ts';

export const snapshotParts = ['train', 'validation', 'holdout'] as const;

export type SnapshotPart = (typeof snapshotParts)[number];

/** The rows of one part that fall on one UTC day: `sha256` is over their values in the order of (time, id). */
export interface DayDigest {
  readonly part: SnapshotPart;
  readonly day: string;
  readonly rows: number;
  readonly sha256: string;
}

/**
 * The text whose sha256 is a snapshot's id: equal rows in equal parts under an equal schema give equal text, whatever the
 * number of threads, the format or layout of the source, and the instant at which the snapshot was taken.
 */
export function canonicalContent(schema: readonly ColumnSchema[], days: readonly DayDigest[]): string {
  const columns = schema.map(({ name, type }) => [name, type]);
  const parts = snapshotParts.map((part) => [
    part,
    days
      .filter((digest) => digest.part === part)
      .sort((a, b) => (a.day < b.day ? -1 : 1))
      .map(({ day, rows, sha256 }) => [day, rows, sha256]),
  ]);
  return JSON.stringify({ format: 1, columns, parts });
}

/** Rows per part. */
export function countRows(days: readonly DayDigest[]): SnapshotManifest['rows'] {
  const rows = { train: 0, validation: 0, holdout: 0 };
  for (const digest of days) rows[digest.part] += digest.rows;
  return rows;
}

/** Where a snapshot lies in the object store. */
export function snapshotKeys(model: string, id: string): SnapshotManifest['keys'] & { readonly manifest: string } {
  const folder = `models/${model}/snapshots/${id}`;
  return {
    train: `${folder}/train.parquet`,
    validation: `${folder}/validation.parquet`,
    holdout: `${folder}/holdout.parquet`,
    holdoutLabels: `${folder}/holdout-labels.parquet`,
    manifest: `${folder}/snapshot.json`,
  };
}
