import { z } from 'zod';
import type { FeatureBatch, Scores, Signature } from '../gateway/predictor.ts';

/** What a predict command is told: `<command> predict.json` in an empty folder. docs/trainers.md tells it in words. */
export const predictionJob = z.strictObject({
  contract: z.literal(1),
  task: z.enum(['binary-classification', 'multiclass-classification', 'regression']),
  /** Absolute folder with everything that the trainer left in its output folder. */
  model: z.string(),
  /** Absolute Parquet path: one column per feature, and nothing else. Numbers are DOUBLE, texts VARCHAR; missing is null. */
  rows: z.string(),
  features: z.array(z.strictObject({ name: z.string(), type: z.enum(['numeric', 'categorical']) })),
  /** Labels in the order that the trainer reported; empty for regression. */
  classes: z.array(z.union([z.string(), z.number()])),
  /** Absolute path where the answers are wanted, as Parquet: a row for each row, in their order. */
  predictions: z.string(),
});

export type PredictionJob = z.output<typeof predictionJob>;

/** Columns of the answers: `prediction` of a regression, else the probability of each class. */
export function answerColumns({ classes }: Pick<Signature, 'classes'>): readonly string[] {
  return classes.length === 0 ? ['prediction'] : classes.map((name) => `p_${name}`);
}

/** Port: rows and answers as Parquet files. Adapter: duckdb/. */
export interface BatchFiles {
  write(features: Signature['features'], batch: FeatureBatch, to: string): Promise<void>;
  /** The columns row by row, if the file has all of them and so many rows; NaN for what is no number. */
  read(path: string, columns: readonly string[], rows: number): Promise<Answered>;
}

export type Answered =
  | { readonly kind: 'scores'; readonly scores: Scores }
  | { readonly kind: 'unusable'; readonly why: string };

/**
 * Port: runs a predict command to its end, without this process's secrets and within its limits. Adapter: process/run-prediction.ts.
 * @throws PRN-TRAINING-001 the command does not start
 */
export type RunPrediction = (run: {
  /** Program and arguments without placeholders; the path of predict.json is appended. */
  readonly command: readonly string[];
  /** New, empty folder: the program's working directory. */
  readonly cwd: string;
  readonly job: PredictionJob;
  readonly withinMs: number;
  readonly memoryBytes: number;
  readonly signal: AbortSignal;
}) => Promise<PredictionOutcome>;

export type PredictionOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'late' }
  | {
      readonly kind: 'failed';
      readonly exitCode: number | null;
      readonly signal: string | null;
      readonly tail: string;
    };
