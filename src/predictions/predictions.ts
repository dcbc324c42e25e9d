import type { FeatureBatch, Scores, Signature } from '../gateway/predictor.ts';
import type { ModelFile } from '../plan/schema.ts';

export const predictionParts = ['train', 'validation', 'holdout'] as const;
export type PredictionPart = (typeof predictionParts)[number];

/**
 * Where the predictions of a version lie: folders that say what is in them, so that BigQuery, Athena, Spark and DuckDB take everything
 * below `models/<model>/predictions/` as one table with the columns run, version and part.
 */
export function predictionsKey(of: {
  readonly model: string;
  readonly run: string;
  readonly version: number;
  readonly part: PredictionPart;
}): string {
  return `${predictionsPrefix(of.model)}run=${of.run}/version=${of.version}/part=${of.part}/predictions.parquet`;
}

export function predictionsPrefix(model: string): string {
  return `models/${model}/predictions/`;
}

/** Port: predictions as files, and questions to them. Adapter: duckdb/. */
export interface PredictionFiles {
  /**
   * Asks for a score of each row of a part, many at a time, in their order, and writes them to one Parquet file:
   * id, time, label, prediction (the most probable class, or the value), score (of the last of two classes, of the predicted one
   * of more, or the value), and `p_<class>` where there are more than two. No feature and no sensitive column is in it.
   * @returns rows written
   */
  write(request: {
    readonly data: ModelFile['data'];
    readonly signature: Signature;
    /** Local Parquet files: the part, and its labels where they lie apart. */
    readonly rows: string;
    readonly labels: string | null;
    readonly predict: (batch: FeatureBatch) => Promise<Scores>;
    /** So many are asked for at once; some thousand unless told. */
    readonly rowsAtOnce?: number;
    /** Local path. */
    readonly to: string;
  }): Promise<number>;
}

/** Port: one question in SQL. Adapter: duckdb/. */
export interface PredictionQueries {
  /**
   * @param tables rows by the name under which the question knows them; `files` become the table `predictions`, `log` the tables
   * `requests` and `labels`, where it is given
   * @throws PRN-QUERY-001 not one SELECT, PRN-QUERY-002 what DuckDB refuses, PRN-QUERY-003 took too long
   */
  ask(request: {
    readonly sql: string;
    /** Local paths, with the folders of {@link predictionsKey} above them as `columns`. */
    readonly files: readonly PredictionFile[];
    readonly log?: LoggedFiles;
    readonly tables: Readonly<Record<string, readonly Readonly<Record<string, QueryValue>>[]>>;
    readonly rowsAtMost: number;
    readonly timeoutMs: number;
  }): Promise<QueryResult>;
}

/** Local paths of the gateways' log. */
export interface LoggedFiles {
  readonly requests: readonly string[];
  readonly labels: readonly string[];
}

export interface PredictionFile {
  readonly path: string;
  readonly model: string;
  readonly run: string;
  readonly version: number;
  readonly part: string;
}

export type QueryValue = string | number | boolean | null;

export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly QueryValue[])[];
  /** There were more rows than were asked for. */
  readonly truncated: boolean;
}

/** What the folders of a key say; null for a key of something else. */
export function readPredictionsKey(key: string): Omit<PredictionFile, 'path'> | null {
  const found = /^models\/([^/]+)\/predictions\/run=([^/]+)\/version=(\d+)\/part=([a-z]+)\/[^/]+\.parquet$/.exec(key);
  if (!found) return null;
  const [, model = '', run = '', version = '', part = ''] = found;
  return { model, run, version: Number(version), part };
}
