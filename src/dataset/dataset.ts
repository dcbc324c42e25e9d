import type { ModelFile } from '../plan/schema.ts';

/** A half-open span of time, ISO instants. */
export interface Window {
  readonly from: string;
  readonly to: string;
}

export interface ColumnSchema {
  readonly name: string;
  /** DuckDB type name. */
  readonly type: string;
}

/** `<key>/snapshot.json`: everything that names a snapshot. `id` is a sha256 over the content of its three parts and its schema. */
export interface SnapshotManifest {
  readonly id: string;
  readonly model: string;
  readonly asOf: string;
  readonly windows: { readonly train: Window; readonly validation: Window; readonly holdout: Window };
  readonly rows: { readonly train: number; readonly validation: number; readonly holdout: number };
  readonly schema: readonly ColumnSchema[];
  /** Rows left out: no label, or a label not yet mature at `asOf`. */
  readonly unlabelled: number;
  /** Days of the windows for which the source had no partition. */
  readonly missingDays: readonly string[];
  /** Object keys: `train.parquet`, `validation.parquet`, `holdout.parquet` (features, id, time; no label), `holdout-labels.parquet` (id, label, segment and slice columns: no trainer sees it). */
  readonly keys: {
    readonly train: string;
    readonly validation: string;
    readonly holdout: string;
    readonly holdoutLabels: string;
  };
}

/** Column-wise values read into memory; `null` = missing. Timestamps come as ISO strings. */
export interface ColumnTable {
  readonly rows: number;
  readonly columns: Readonly<Record<string, (number | string | null)[]>>;
}

/** Port: reads a model's source by day. Adapter: duckdb/. */
export interface Datasets {
  /**
   * Writes the immutable snapshot below `models/<model>/snapshots/<id>/` and returns its manifest. Rows are those with
   * a label and `asOf - window <= time < asOf - maturesAfter`, in order of (time, id), split by time into train, validation, holdout.
   * The same rows give the same id: the manifest that was stored first is answered, with its `asOf`.
   * Sensitive columns stay in the snapshot's parquet only where `keep` names them (slices), and are never given to a trainer.
   * @throws PRN-DATASET-* no partition, unreadable file (named), missing column, duplicate ids (some named), empty part
   */
  takeSnapshot(request: {
    readonly file: ModelFile;
    readonly base: string;
    readonly asOf: string;
    readonly window: string;
    readonly holdout: string;
    readonly validation: string;
    readonly keep: readonly string[];
    readonly workFolder: string;
  }): Promise<SnapshotManifest>;
  /**
   * Rows of a window in order of time, features + id + time + label (null where not mature at asOf). Missing columns are reported, not
   * thrown; days without a file give no rows; a value that does not fit its declared type is null.
   */
  readWindow(request: {
    readonly file: ModelFile;
    readonly base: string;
    readonly window: Window;
    readonly asOf: string;
  }): Promise<{
    readonly table: ColumnTable;
    readonly missingColumns: readonly string[];
    readonly missingDays: readonly string[];
    readonly duplicateIds: number;
  }>;
  /** Any Parquet object of the store, named columns or all. `path` is its key, or the absolute path of a local file. */
  readParquet(path: string, columns?: readonly string[]): Promise<ColumnTable>;
}
