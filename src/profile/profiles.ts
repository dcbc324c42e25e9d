import type { SnapshotManifest, Window } from '../dataset/dataset.ts';
import type { ModelFile } from '../plan/schema.ts';
import type { ColumnGroup } from './column-groups.ts';
import type { PartitionProfile, ReferenceProfile } from './profile.ts';

/** One UTC day, `YYYY-MM-DD`, of a model's source. */
export interface PartitionRequest {
  readonly file: ModelFile;
  /** Folder of the model file. */
  readonly base: string;
  readonly day: string;
}

export interface ProfileRequest extends PartitionRequest {
  readonly reference: ReferenceProfile;
  /** Only these columns; what is asked of whole rows (time, label, pairs) is in the first group. All columns unless told otherwise. */
  readonly of?: ColumnGroup;
}

/** Some rows, the same ones each time, by feature; a number that cannot be read, and an empty name, are null. */
export interface SampledRows {
  readonly rows: number;
  readonly columns: Readonly<Record<string, readonly (number | string | null)[]>>;
}

/** Port: profiles made where the data lies. Adapter: duckdb/. */
export interface Profiles {
  /** Names what `profileReference` would make of the same request, without reading a row. */
  referenceId(request: { readonly file: ModelFile; readonly snapshot: SnapshotManifest }): string;
  /**
   * Profiles the training rows of a champion's snapshot: once a champion. The schema is that of the source on the last day of the
   * training window that still has a file, or else of the snapshot.
   * @throws PRN-DATASET-* where the snapshot cannot be read
   */
  profileReference(request: {
    readonly file: ModelFile;
    readonly base: string;
    readonly snapshot: SnapshotManifest;
  }): Promise<ReferenceProfile>;
  /**
   * Profiles the rows of one day in the bins of `reference`, reading only that day's files; null for a day without a file. Rows outside the
   * day are counted as misplaced and left out of everything else. Columns that are gone have no entry; values that do not fit their declared
   * type are counted.
   * @throws PRN-DATASET-* for a file that cannot be read, or a time column that holds no time
   */
  profilePartition(request: ProfileRequest): Promise<PartitionProfile | null>;
  /** By day: what changes when the files of the day do (name, size, time of change); null for a day without a file. Reads no row. */
  digestPartitions(
    request: Omit<PartitionRequest, 'day'> & { readonly days: readonly string[] },
  ): Promise<ReadonlyMap<string, string | null>>;
  /**
   * At most so many rows of a snapshot's training part, or of a window of the source, spread evenly over its time: for what profiles cannot
   * answer, because it asks for several columns of a row. No rows for a window without files.
   * @throws PRN-DATASET-* where they cannot be read
   */
  sampleRows(request: {
    readonly file: ModelFile;
    readonly base: string;
    readonly of: SnapshotManifest | Window;
    /** Features; those that are not there are left out. */
    readonly columns: readonly string[];
    readonly atMost: number;
  }): Promise<SampledRows>;
}
