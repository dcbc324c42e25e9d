import type { Task } from '../plan/schema.ts';

/** What a version expects and answers: stored with the version, used by gateway and evaluation alike. */
export interface Signature {
  readonly task: Task;
  readonly features: readonly { readonly name: string; readonly type: 'numeric' | 'categorical' }[];
  /** Class labels in the order of the probability columns; empty for regression. */
  readonly classes: readonly (string | number)[];
}

/** Rows by column. `null` is a missing value in both types. Every column has `rows` entries. */
export interface FeatureBatch {
  readonly rows: number;
  readonly columns: Readonly<Record<string, readonly (number | string | null)[]>>;
}

/** Row-major: classification [rows x classes] probabilities, regression [rows x 1] values. */
export interface Scores {
  readonly rows: number;
  readonly width: number;
  readonly values: Float32Array;
  /** Of two classes: the version answers the last one from this probability on. No predictor knows it; whoever has asked one may add it. */
  readonly yesFrom?: number | undefined;
  /** Milliseconds inside the model runtime, where the predictor can tell: free of queueing and of messages between processes. */
  readonly elapsedMs?: number;
}

/**
 * Port: a loaded model. The served model is an ONNX file that takes raw columns: one input per feature, named like the feature,
 * float [N,1] for numeric (NaN = missing) or string [N,1] for categorical ("" = missing); output `probabilities` float [N,classes],
 * or `prediction` float [N,1] for regression.
 */
export interface Predictor {
  predict(batch: FeatureBatch): Promise<Scores>;
  close(): Promise<void>;
}

/** `modelPath`: a file, or the address of a server that has the model. */
export type LoadPredictor = (modelPath: string, signature: Signature) => Promise<Predictor>;

/** Port: a loaded model that answers rows at once, in the thread that asks. */
export interface RowPredictor {
  /** Numbers per row. */
  readonly width: number;
  /** Values in the order of the signature's features. Never throws. */
  score(rows: readonly (readonly (number | string | null)[])[]): Scores;
}
