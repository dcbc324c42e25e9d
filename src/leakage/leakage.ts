import type { SnapshotManifest } from '../dataset/dataset.ts';
import type { ModelFile } from '../plan/schema.ts';

/** Port: counts what would betray a leak between the parts of a snapshot. Adapter: duckdb/. */
export interface LeakMeter {
  /** @throws PRN-DATASET-002 for a part that cannot be read */
  measure(request: {
    readonly file: Pick<ModelFile, 'data' | 'task'>;
    readonly manifest: SnapshotManifest;
  }): Promise<LeakTallies>;
}

/** Rows of one value (or range of values) of a feature in one part, by their label. */
export interface BinTally {
  /** What people read: the value, or the range. */
  readonly bin: string;
  /** Rows of the training part that a score is learnt from, its other rows, and the hold-out. */
  readonly part: 'learn' | 'training' | 'holdout';
  /** Of a classification; of a regression "". */
  readonly label: string;
  readonly n: number;
  /** Of the labels themselves, for a regression; 0 otherwise. */
  readonly sum: number;
  readonly sumOfSquares: number;
}

export interface SeenRows {
  /** Rows of the hold-out, and those of them that were seen. */
  readonly rows: number;
  readonly seen: number;
  /** At most 3 ids. */
  readonly examples: readonly string[];
}

export interface LeakTallies {
  readonly features: Readonly<Record<string, readonly BinTally[]>>;
  /** Hold-out rows whose id is in the training or validation part. */
  readonly byId: SeenRows;
  /** Hold-out rows with the features and the label of a training row of another id. */
  readonly byContent: SeenRows;
  /** The same of the last training rows against those before them: what repeats by nature. */
  readonly repeats: SeenRows;
  /** Times of rows, ISO; null for a part without rows. */
  readonly lastTrained: string | null;
  readonly firstHeldOut: string | null;
}
