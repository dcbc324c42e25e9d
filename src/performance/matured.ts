import { gatherEvidence, type Holdout } from '../evaluation/evidence.ts';
import type { ScoresLike } from '../evaluation/metric-set.ts';
import { metricsOf } from '../evaluation/metrics.ts';
import type { Interval } from '../evaluation/report.ts';
import { sliceKeys } from './slices.ts';
import { realised } from './statistic.ts';
import { merge, type PerformanceReference, type Slice } from './totals.ts';

export interface MaturedMetrics {
  /** Rows with a known label and a finite answer. */
  readonly rows: number;
  /** Why no interval could be given; null otherwise. */
  readonly tooLittle: string | null;
  readonly metrics: readonly {
    readonly metric: string;
    readonly value: number | null;
    readonly interval: Interval | null;
    readonly reference: number | null;
  }[];
  readonly slices: readonly MaturedSlice[];
}

export interface MaturedSlice {
  readonly slice: Slice;
  readonly rows: number;
  readonly metric: string;
  readonly value: number | null;
  /** Holds with its confidence for all slices together (Bonferroni). */
  readonly interval: Interval | null;
  readonly reference: number | null;
  readonly tooLittle: string | null;
}

export interface MaturedInput extends Holdout {
  readonly scores: ScoresLike | null;
  readonly columns: Readonly<Record<string, readonly (string | number | null)[]>>;
  readonly reference: PerformanceReference | null;
  /** The version's metrics on its hold-out. */
  readonly referenceMetrics: Readonly<Record<string, number | null>>;
  /** The metric that slices are told by. */
  readonly metric: string;
  readonly seed: number;
  readonly confidence?: number;
  readonly yieldNow?: (() => Promise<void>) | undefined;
}

/** Every metric of the task on rows whose labels have matured, exactly, with intervals that keep days whole; and the watched one by slice. */
export async function measureMatured(input: MaturedInput): Promise<MaturedMetrics> {
  const { task, labels, scores, confidence = 0.95, reference } = input;
  const rows = usableRows(labels, scores);
  const gather = async (part: Int32Array) =>
    await gatherEvidence({ holdout: input, rows: part, scores: [scores], yieldNow: input.yieldNow });
  const whole = await gather(rows);
  const values = whole.metrics(0);
  const slices: MaturedSlice[] = [];
  const watched = reference?.slices ?? [];
  for (const slice of watched) {
    const part = rows.filter((row) => sliceKeys([slice], input.columns, row).length > 0);
    const evidence = await gather(part);
    slices.push({
      slice,
      rows: part.length,
      metric: input.metric,
      value: evidence.metrics(0)?.[input.metric] ?? null,
      interval: evidence.interval(0, input.metric, {
        stated: confidence,
        single: 1 - (1 - confidence) / watched.length,
      }),
      reference: reference ? sliceReference(reference, slice, input.metric) : null,
      tooLittle: evidence.tooLittle,
    });
  }
  return {
    rows: rows.length,
    tooLittle: scores === null ? 'the champion failed on these rows' : whole.tooLittle,
    metrics: metricsOf(task).map((metric) => ({
      metric,
      value: values?.[metric] ?? null,
      interval: whole.interval(0, metric, { stated: confidence, single: confidence }),
      reference: input.referenceMetrics[metric] ?? null,
    })),
    slices,
  };
}

/** Rows without a label or with an answer that is not finite are left out here and counted elsewhere. */
function usableRows(labels: ArrayLike<number>, scores: ScoresLike | null): Int32Array {
  return Int32Array.from({ length: labels.length }, (_, row) => row).filter((row) => {
    if (!Number.isFinite(labels[row])) return false;
    for (let at = 0; scores && at < scores.width; at += 1)
      if (!Number.isFinite(scores.values[row * scores.width + at])) return false;
    return true;
  });
}

function sliceReference(reference: PerformanceReference, { key }: Slice, metric: string): number | null {
  const totals = merge(
    reference.cells,
    reference.days.flatMap((day) => day.slices[key] ?? []),
  );
  const value = realised(reference, metric).value(totals);
  return Number.isFinite(value) ? value : null;
}
