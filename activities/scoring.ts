import type { ColumnTable } from '../src/dataset/dataset.ts';
import { isPerennialError } from '../src/errors/error.ts';
import { quantileOf } from '../src/evaluation/quantile.ts';
import type { ServingResult } from '../src/evaluation/report.ts';
import { decidesFrom } from '../src/evaluation/threshold.ts';
import type { FeatureBatch, Predictor, Scores, Signature } from '../src/gateway/predictor.ts';
import type { VersionRecord } from '../src/registry/registry.ts';
import type { OpenVersion } from './open-versions.ts';

export interface ScoredVersion {
  /** Null when the model failed on rows: then there is nothing honest to measure. */
  readonly scores: Scores | null;
  readonly serving: ServingResult;
}

/** How many rows are asked for one by one, as a gateway would, to time the model and to find rows that it cannot answer. */
const servingRows = 300;

/** Scores a version from the very file that a gateway would serve, or by its own command, which answers all rows or none. */
export async function scoreVersion(open: OpenVersion, table: ColumnTable): Promise<ScoredVersion> {
  const { version, predictor, modelBytes } = open;
  const batch = featuresOf(table, version.signature);
  if (open.byCommand) return await scoreByCommand(open, batch);
  const serving = { ...(await timeServing(predictor, batch)), modelBytes };
  if (serving.errors > 0) return { scores: null, serving };
  try {
    return { scores: decidedBy(version, await predictor.predict(batch)), serving };
  } catch (error) {
    return { scores: null, serving: { ...serving, errors: 1, rows: serving.rows + 1, firstError: messageOf(error) } };
  }
}

async function scoreByCommand(
  { version, predictor, modelBytes }: OpenVersion,
  batch: FeatureBatch,
): Promise<ScoredVersion> {
  const { rows } = batch;
  const shared = { p50Ms: null, p99Ms: null, rows, modelBytes, scoredBy: 'predict-command' } as const;
  try {
    const scores = decidedBy(version, await predictor.predict(batch));
    return { scores, serving: { ...shared, errors: 0, firstError: null } };
  } catch (error) {
    return { scores: null, serving: { ...shared, errors: rows, firstError: messageOf(error) } };
  }
}

/** What a version answered, with the probability from which on it says yes, if that is its own. */
export function decidedBy({ threshold }: Pick<VersionRecord, 'threshold'>, scores: Scores): Scores {
  const yesFrom = decidesFrom(threshold);
  return yesFrom === undefined ? scores : { ...scores, yesFrom };
}

export function featuresOf(table: ColumnTable, { features }: Signature): FeatureBatch {
  const nothing: null[] = new Array<null>(table.rows).fill(null);
  return {
    rows: table.rows,
    columns: Object.fromEntries(features.map(({ name }) => [name, table.columns[name] ?? nothing])),
  };
}

/** Day number of each timestamp: rows of one day are resampled together. */
export function dayIndex(times: readonly (number | string | null)[]): Int32Array {
  return Int32Array.from(times, (time) => Math.floor(Date.parse(String(time)) / 86_400_000));
}

/** Lets heartbeats and other activities through during long computations. */
export const yieldNow = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function timeServing(predictor: Predictor, batch: FeatureBatch): Promise<ServingResult> {
  const step = Math.max(1, Math.floor(batch.rows / servingRows));
  const times: number[] = [];
  let errors = 0;
  let firstError: string | null = null;
  for (let row = 0; row < batch.rows; row += step) {
    const one = rowOf(batch, row);
    const startedAt = performance.now();
    try {
      await predictor.predict(one);
      times.push(performance.now() - startedAt);
    } catch (error) {
      errors++;
      firstError ??= messageOf(error);
    }
  }
  times.sort((a, b) => a - b);
  return {
    p50Ms: quantileOf(times, 0.5),
    p99Ms: quantileOf(times, 0.99),
    errors,
    rows: times.length + errors,
    firstError,
  };
}

function rowOf({ columns }: FeatureBatch, row: number): FeatureBatch {
  return {
    rows: 1,
    columns: Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, [values[row] ?? null]])),
  };
}

function messageOf(error: unknown): string {
  const code = isPerennialError(error) ? `${error.code}: ` : '';
  return `${code}${error instanceof Error ? error.message : String(error)}`.slice(0, 500);
}
