import { PerennialError } from '../errors/error.ts';
import { gatherEvidence, type Holdout } from '../evaluation/evidence.ts';
import type { ScoresLike } from '../evaluation/metric-set.ts';
import { metricDirection, metricsOf } from '../evaluation/metrics.ts';
import { seededRandom } from '../evaluation/random.ts';
import type { PerformanceDrift } from './report.ts';

export interface PerformanceInput extends Holdout {
  readonly metric: string;
  /** The champion's scores of the rows whose labels are mature; null when it failed on them. */
  readonly scores: ScoresLike | null;
  /** The metric on the champion's own hold-out. */
  readonly reference: number | null;
  /** The loss that matters, positive, in the unit of the metric. */
  readonly drop: number;
  readonly waitingForLabels: number;
  readonly confidence?: number;
  readonly seed: number;
  readonly yieldNow?: (() => Promise<void>) | undefined;
}

/**
 * Compares the champion on rows with mature labels with its hold-out. It `fell` when the point is worse by `drop` or more and the two-sided
 * bootstrap interval of the current value lies wholly on the worse side of the reference; worse by `drop` without that certainty is
 * `inconclusive`, as are too few rows (100, and 10 of each of two classes); otherwise it `held`. The reference counts as a fixed number.
 * @throws PRN-DRIFT-002 a metric that the task does not have
 */
export async function measurePerformance(input: PerformanceInput): Promise<PerformanceDrift> {
  const { metric, task, labels, scores, reference, waitingForLabels, confidence = 0.95, seed, yieldNow } = input;
  requireMetric(metric, task);
  const rows = Int32Array.from({ length: labels.length }, (_, row) => row);
  const evidence = await gatherEvidence({
    holdout: input,
    rows,
    scores: [scores],
    random: seededRandom(seed),
    yieldNow,
  });
  const current = evidence.metrics(0)?.[metric] ?? null;
  const interval = evidence.interval(0, metric, { stated: confidence, single: confidence });
  const verdict = evidence.tooLittle === null ? judge(input, current, interval) : ('inconclusive' as const);
  return { metric, reference, current, interval, labelled: labels.length, waitingForLabels, verdict };
}

function judge(
  { metric, reference, drop }: PerformanceInput,
  current: number | null,
  interval: PerformanceDrift['interval'],
): PerformanceDrift['verdict'] {
  if (current === null || reference === null) return 'inconclusive';
  const sign = metricDirection(metric) === 'higher' ? 1 : -1;
  if (sign * (reference - current) < drop) return 'held';
  if (interval === null) return 'inconclusive';
  const best = sign === 1 ? interval.high : interval.low;
  return sign * (reference - best) > 0 ? 'fell' : 'inconclusive';
}

function requireMetric(metric: string, task: PerformanceInput['task']): void {
  const known = metricsOf(task);
  if (known.includes(metric)) return;
  throw new PerennialError('PRN-DRIFT-002', {
    message: `The check names the metric "${metric}", but a ${task} model has ${known.join(', ')}.`,
  });
}
